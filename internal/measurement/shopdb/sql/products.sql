-- A page of the catalogue with each product's tags.
-- $1: after which id
SELECT p.id, p.title, coalesce(p.vendor, ''),
       coalesce((SELECT array_agg(t.value ORDER BY t.value)
                 FROM link_product_product_tag l JOIN product_tag t ON t.id = l.product_tag_id
                 WHERE l.product_id = p.id AND l.delete_ts IS NULL AND t.delete_ts IS NULL), '{}')
FROM product p
WHERE p.id > $1 AND p.delete_ts IS NULL
ORDER BY p.id
LIMIT 10000;
