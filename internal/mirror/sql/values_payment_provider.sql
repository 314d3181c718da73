-- The live rows of payment providers.
-- $1: codes
SELECT code, id FROM payment_provider WHERE code = ANY ($1) AND delete_ts IS NULL
