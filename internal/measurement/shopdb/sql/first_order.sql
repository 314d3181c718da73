-- The time of the shop's first order; now where it has none.
-- $1: the store's id
SELECT coalesce((SELECT process_ts FROM order_header WHERE store_id = $1 AND delete_ts IS NULL ORDER BY process_ts LIMIT 1), now());
