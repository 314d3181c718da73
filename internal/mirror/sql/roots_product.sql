-- What is stored of products, by which a load decides whether they are new, changed, unchanged or stale.
-- $1: ids
SELECT id, source_update_ts, delete_ts, coalesce(annotations ->> 'shopify/digest', ''), false, false
FROM product
WHERE id = ANY ($1)
ORDER BY id
