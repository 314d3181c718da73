-- The live rows of product types.
-- $1: values
SELECT value, id FROM product_type WHERE value = ANY ($1) AND delete_ts IS NULL
