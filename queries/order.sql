-- Module 06, Order. Lists are keyset pages, newest first: the next page starts after the last row's (process_ts, id);
-- the first page passes a time in the future and an empty id.

-- name: OrderByID :one
SELECT * FROM order_header WHERE id = @id AND delete_ts IS NULL;

-- name: OrderByGID :one
SELECT * FROM order_header WHERE shopify_gid = @shopify_gid::text AND delete_ts IS NULL;

-- name: OrdersByName :many
-- Names are unique in one shop only.
SELECT * FROM order_header WHERE order_name = @order_name AND delete_ts IS NULL ORDER BY process_ts DESC, id LIMIT @page_size;

-- name: OrdersByNumber :many
SELECT * FROM order_header WHERE order_number = @order_number::bigint AND delete_ts IS NULL ORDER BY process_ts DESC, id LIMIT @page_size;

-- name: OrdersByLegacyID :many
SELECT * FROM order_header WHERE shopify_legacy_id = @shopify_legacy_id::bigint AND delete_ts IS NULL ORDER BY process_ts DESC, id LIMIT @page_size;

-- name: OrdersByEmail :many
SELECT * FROM order_header
WHERE lower(email) = lower(@email::text) AND delete_ts IS NULL
  AND process_ts <= @before_ts AND (process_ts < @before_ts OR id > @after_id)
ORDER BY process_ts DESC, id
LIMIT @page_size;

-- name: OrdersByCustomer :many
SELECT * FROM order_header
WHERE customer_id = @customer_id::text AND delete_ts IS NULL
  AND process_ts <= @before_ts AND (process_ts < @before_ts OR id > @after_id)
ORDER BY process_ts DESC, id
LIMIT @page_size;

-- name: ListOrders :many
SELECT * FROM order_header
WHERE delete_ts IS NULL
  AND process_ts <= @before_ts AND (process_ts < @before_ts OR id > @after_id)
ORDER BY process_ts DESC, id
LIMIT @page_size;

-- name: ListOrdersByFinancialStatus :many
SELECT * FROM order_header
WHERE financial_status = @financial_status AND delete_ts IS NULL
  AND process_ts <= @before_ts AND (process_ts < @before_ts OR id > @after_id)
ORDER BY process_ts DESC, id
LIMIT @page_size;

-- name: ListOrdersByFulfillmentStatus :many
SELECT * FROM order_header
WHERE fulfillment_status = @fulfillment_status AND delete_ts IS NULL
  AND process_ts <= @before_ts AND (process_ts < @before_ts OR id > @after_id)
ORDER BY process_ts DESC, id
LIMIT @page_size;

-- name: OrderLines :many
SELECT * FROM order_line_item
WHERE order_header_id = @order_header_id AND delete_ts IS NULL AND position > @after_position
ORDER BY position
LIMIT @page_size;

-- name: OrderAddresses :many
SELECT * FROM order_address WHERE order_header_id = @order_header_id AND delete_ts IS NULL ORDER BY address_role LIMIT 10;

-- name: OrderSummary :one
-- The current totals: those of the order's own version.
SELECT s.* FROM order_summary s
JOIN order_header o ON o.id = s.order_header_id AND o.version = s.version
WHERE s.order_header_id = @order_header_id AND s.delete_ts IS NULL;

-- name: OrderShippingMethods :many
SELECT * FROM order_shipping_method WHERE order_header_id = @order_header_id AND delete_ts IS NULL ORDER BY position LIMIT 100;

-- name: OrderTransactions :many
SELECT * FROM order_transaction WHERE order_header_id = @order_header_id AND delete_ts IS NULL ORDER BY process_ts, id LIMIT 500;

-- name: SalesByDay :many
-- What measurement.sales must add up to for the days: units ordered and their value, by the shop's own days. Test orders
-- are left out, as they are there. At most a few months at a time: the statement reads every line of the range.
SELECT
  (l.order_process_ts AT TIME ZONE @iana_timezone::text)::date AS day,
  l.currency_code,
  count(DISTINCT l.order_header_id)           AS orders,
  count(*)                                    AS lines,
  sum(l.quantity)::bigint                     AS units_ordered,
  sum(coalesce(l.original_total, l.unit_price * l.quantity))::numeric AS gross_amount,
  sum(coalesce(l.total_discount, 0))::numeric AS discount_amount
FROM order_line_item l
JOIN order_header o ON o.id = l.order_header_id
WHERE o.store_id = @store_id AND NOT o.is_test AND o.delete_ts IS NULL AND l.delete_ts IS NULL
  AND l.order_process_ts >= @from_ts AND l.order_process_ts < @to_ts
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: OrderedByDay :many
-- Orders placed on each of the shop's days and how many of them still have something to ship.
SELECT
  (o.process_ts AT TIME ZONE @iana_timezone::text)::date AS day,
  count(*)                                    AS orders,
  sum(o.item_quantity)::bigint                AS units,
  count(*) FILTER (WHERE o.fulfillment_status NOT IN ('fulfilled', 'restocked')) AS unfulfilled
FROM order_header o
WHERE o.store_id = @store_id AND NOT o.is_test AND o.delete_ts IS NULL AND o.cancel_ts IS NULL
  AND o.process_ts >= @from_ts AND o.process_ts < @to_ts
GROUP BY 1
ORDER BY 1;
