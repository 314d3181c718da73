-- The tags of products, for the events of their orders.
-- $1: ids
SELECT id, tag_values FROM product WHERE id = ANY ($1)
