-- What is stored of customers, by which a load decides whether they are new, changed, unchanged or stale. A customer
-- whose personal data was erased on request stays erased.
-- $1: ids
SELECT id, source_update_ts, delete_ts, coalesce(annotations ->> 'shopify/digest', ''), false, status ->> 'phase' = 'Redacted'
FROM customer
WHERE id = ANY ($1)
ORDER BY id
