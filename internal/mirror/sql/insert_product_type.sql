-- Adds product types that are not there.
-- $1: ids; $2: values; $3: values again
INSERT INTO product_type AS t (id, value)
SELECT v.id, v.value
FROM unnest($1::text[], $2::text[], $3::text[]) AS v (id, value, same)
ORDER BY v.id
ON CONFLICT (id) DO UPDATE SET delete_ts = NULL, update_ts = now()
WHERE t.delete_ts IS NOT NULL
