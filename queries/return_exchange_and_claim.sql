-- Module 07, Return, Exchange & Claim.

-- name: OrderReturns :many
SELECT * FROM return_header WHERE order_header_id = @order_header_id AND delete_ts IS NULL ORDER BY request_ts, id LIMIT 500;

-- name: OrderReturnItems :many
SELECT i.* FROM return_item i
JOIN return_header r ON r.id = i.return_header_id
WHERE r.order_header_id = @order_header_id AND r.delete_ts IS NULL AND i.delete_ts IS NULL
ORDER BY i.return_header_id, i.id
LIMIT 5000;
