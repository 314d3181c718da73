-- Module 08, Payment.

-- name: OrderRefunds :many
SELECT * FROM payment_refund WHERE order_header_id = @order_header_id AND delete_ts IS NULL ORDER BY process_ts, id LIMIT 500;

-- name: OrderRefundItems :many
SELECT i.* FROM payment_refund_item i
JOIN payment_refund r ON r.id = i.payment_refund_id
WHERE r.order_header_id = @order_header_id AND r.delete_ts IS NULL AND i.delete_ts IS NULL
ORDER BY i.payment_refund_id, i.position
LIMIT 5000;

-- name: RefundsByDay :many
-- Units and amounts refunded by line on each of the shop's days: the other half of what measurement.sales must add up to.
-- Those of an order that was deleted with its refunds count: their events stand.
SELECT
  (r.process_ts AT TIME ZONE @iana_timezone::text)::date AS day,
  i.currency_code,
  sum(i.quantity)::bigint                 AS units_refunded,
  sum(coalesce(i.subtotal, 0))::numeric   AS refund_amount
FROM payment_refund r
JOIN payment_refund_item i ON i.payment_refund_id = r.id
JOIN order_header o ON o.id = r.order_header_id
WHERE o.store_id = @store_id AND NOT o.is_test AND (r.delete_ts IS NULL OR r.delete_ts >= o.delete_ts) AND (i.delete_ts IS NULL OR i.delete_ts >= o.delete_ts)
  AND r.process_ts >= @from_ts AND r.process_ts < @to_ts
GROUP BY 1, 2
ORDER BY 1, 2;
