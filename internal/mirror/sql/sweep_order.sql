-- A page of live orders that a sweep of the store should have found.
-- $1, $2: the window of source_create_ts; $3: when the sweep began; $4: shop domain; $5: after this id; $6: page size
SELECT o.id, o.shopify_gid
FROM order_header o
WHERE o.id > $5
  AND o.delete_ts IS NULL
  AND o.shopify_gid IS NOT NULL
  AND o.store_id = (SELECT id FROM store WHERE shop_domain = $4)
  AND o.source_create_ts >= $1 AND o.source_create_ts < $2
  AND o.source_update_ts < $3 AND o.sync_ts < $3
ORDER BY o.id
LIMIT $6
