-- A page of live products that a sweep of the store should have found.
-- $1, $2: the window of source_create_ts; $3: when the sweep began; $4: shop domain; $5: after this id; $6: page size
SELECT p.id, p.shopify_gid
FROM product p
WHERE p.id > $5
  AND p.delete_ts IS NULL
  AND p.shopify_gid IS NOT NULL
  AND p.store_id = (SELECT id FROM store WHERE shop_domain = $4)
  AND p.source_create_ts >= $1 AND p.source_create_ts < $2
  AND p.source_update_ts < $3 AND p.sync_ts < $3
ORDER BY p.id
LIMIT $6
