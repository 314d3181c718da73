-- Module 09, Fulfillment.

-- name: OrderFulfillments :many
SELECT f.* FROM fulfillment f
JOIN link_order_header_fulfillment l ON l.fulfillment_id = f.id
WHERE l.order_header_id = @order_header_id AND l.delete_ts IS NULL AND f.delete_ts IS NULL
ORDER BY f.ship_ts, f.id
LIMIT 500;

-- name: FulfillmentItems :many
SELECT * FROM fulfillment_item
WHERE fulfillment_id = ANY (@fulfillment_ids::text[]) AND delete_ts IS NULL
ORDER BY fulfillment_id, id
LIMIT 5000;

-- name: FulfillmentLabels :many
SELECT * FROM fulfillment_label
WHERE fulfillment_id = ANY (@fulfillment_ids::text[]) AND delete_ts IS NULL
ORDER BY fulfillment_id, position
LIMIT 5000;

-- name: ShippedByDay :many
-- Shipments of each of the shop's days by location, with the time that orders waited for them.
SELECT
  (f.ship_ts AT TIME ZONE @iana_timezone::text)::date AS day,
  coalesce(f.stock_location_id, '')::text AS stock_location_id,
  coalesce(s.name, '')::text              AS stock_location_name,
  count(*)                                AS fulfillments,
  count(DISTINCT l.order_header_id)       AS orders,
  sum(f.total_quantity)::bigint           AS units,
  coalesce(avg(extract(epoch FROM f.ship_ts - o.process_ts)), 0)::bigint AS average_seconds_to_ship
FROM fulfillment f
JOIN link_order_header_fulfillment l ON l.fulfillment_id = f.id AND l.delete_ts IS NULL
JOIN order_header o ON o.id = l.order_header_id AND o.delete_ts IS NULL
LEFT JOIN stock_location s ON s.id = f.stock_location_id
WHERE o.store_id = @store_id AND NOT o.is_test AND f.status->>'phase' = 'Succeeded' AND f.delete_ts IS NULL
  AND f.ship_ts >= @from_ts::timestamptz AND f.ship_ts < @to_ts::timestamptz
GROUP BY 1, 2, 3
ORDER BY 1, 2;
