-- A page of the tag groups with their tags.
-- $1: after which id
SELECT g.id, g.name,
       coalesce((SELECT array_agg(t.value ORDER BY t.value)
                 FROM link_product_category_product_tag l JOIN product_tag t ON t.id = l.product_tag_id
                 WHERE l.product_category_id = g.id AND l.delete_ts IS NULL AND t.delete_ts IS NULL), '{}')
FROM product_category g
WHERE g.category_kind = 'tag_group' AND g.id > $1 AND g.delete_ts IS NULL
ORDER BY g.id
LIMIT 10000;
