-- A page of the products that a classification spec's scope names. An empty list does not restrict.
-- $1: after which id; $2: vendors; $3: product types; $4: tags
SELECT p.id
FROM product p
LEFT JOIN product_type t ON t.id = p.product_type_id AND t.delete_ts IS NULL
WHERE p.id > $1
  AND p.delete_ts IS NULL
  AND (cardinality($2::text[]) = 0 OR p.vendor = ANY ($2))
  AND (cardinality($3::text[]) = 0 OR t.value = ANY ($3))
  AND (cardinality($4::text[]) = 0 OR p.tag_values && $4::text[])
ORDER BY p.id
LIMIT 10000;
