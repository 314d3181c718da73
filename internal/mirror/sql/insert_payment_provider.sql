-- Adds payment providers that are not there. A gateway is named by its code until somebody names it better.
-- $1: ids; $2: codes; $3: codes again
INSERT INTO payment_provider AS t (id, code, name)
SELECT v.id, v.code, v.code
FROM unnest($1::text[], $2::text[], $3::text[]) AS v (id, code, same)
ORDER BY v.id
ON CONFLICT (id) DO UPDATE SET delete_ts = NULL, update_ts = now()
WHERE t.delete_ts IS NOT NULL
