-- The ids of what an order already had, removed rows included: what is among them is no new event. A refund that has
-- paid nothing yet has told nothing of what it gives back beside its lines.
-- $1: ids of order_header; $2: phases of fulfillments that have not shipped
SELECT order_header_id, id FROM order_line_item WHERE order_header_id = ANY ($1)
UNION ALL
SELECT order_header_id, id FROM payment_refund WHERE order_header_id = ANY ($1) AND amount > 0
UNION ALL
SELECT r.order_header_id, i.id
FROM payment_refund r JOIN payment_refund_item i ON i.payment_refund_id = r.id
WHERE r.order_header_id = ANY ($1)
UNION ALL
SELECT l.order_header_id, c.id
FROM link_order_header_payment_collection l
JOIN payment p ON p.payment_collection_id = l.payment_collection_id
JOIN payment_capture c ON c.payment_id = p.id
WHERE l.order_header_id = ANY ($1)
UNION ALL
SELECT l.order_header_id, i.id
FROM link_order_header_fulfillment l
JOIN fulfillment f ON f.id = l.fulfillment_id AND NOT f.status ->> 'phase' = ANY ($2)
JOIN fulfillment_item i ON i.fulfillment_id = f.id
WHERE l.order_header_id = ANY ($1)
UNION ALL
SELECT r.order_header_id, i.id
FROM return_header r JOIN return_item i ON i.return_header_id = r.id
WHERE r.order_header_id = ANY ($1)
UNION ALL
SELECT order_header_id, id FROM order_change_action WHERE order_header_id = ANY ($1)
