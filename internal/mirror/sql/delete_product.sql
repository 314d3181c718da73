-- Soft-deletes products as of when they were seen to be missing, unless they came back meanwhile, and stages them, so
-- that what belongs to them is removed as what a root no longer has.
-- $1: ids; $2: when the sweep began
WITH gone AS (
  UPDATE product
  SET delete_ts = $2, update_ts = now()
  WHERE id = ANY ($1) AND delete_ts IS NULL AND source_update_ts < $2 AND sync_ts < $2
  RETURNING id
)
INSERT INTO stage_product (id, source_update_ts)
SELECT id, $2 FROM gone
