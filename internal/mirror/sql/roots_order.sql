-- What is stored of orders, by which a load decides whether they are new, changed, unchanged or stale.
-- $1: ids
SELECT id, source_update_ts, delete_ts, coalesce(annotations ->> 'shopify/digest', ''), annotations ? 'shopify/completed', false
FROM order_header
WHERE id = ANY ($1)
ORDER BY id
