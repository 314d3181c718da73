-- The live rows of tags.
-- $1: normalized values
SELECT normalized_value, id FROM product_tag WHERE normalized_value = ANY ($1) AND delete_ts IS NULL
