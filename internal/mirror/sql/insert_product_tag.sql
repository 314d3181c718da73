-- Adds tags that are not there. One that is there is not touched, so that its classification stays.
-- $1: ids; $2: values; $3: normalized values
INSERT INTO product_tag AS t (id, value, normalized_value, first_seen_ts, last_seen_ts)
SELECT v.id, v.value, v.normalized_value, now(), now()
FROM unnest($1::text[], $2::text[], $3::text[]) AS v (id, value, normalized_value)
ORDER BY v.id
ON CONFLICT (id) DO UPDATE SET delete_ts = NULL, last_seen_ts = now(), update_ts = now()
WHERE t.delete_ts IS NOT NULL
