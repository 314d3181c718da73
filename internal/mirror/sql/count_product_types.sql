-- Brings product_count of a page of product types up to date and returns the last id of the page.
-- $1: after this id; $2: page size
WITH page AS (
  SELECT id FROM product_type WHERE id > $1 ORDER BY id LIMIT $2
), counted AS (
  SELECT page.id, count(p.id) AS products
  FROM page LEFT JOIN product p ON p.product_type_id = page.id AND p.delete_ts IS NULL
  GROUP BY page.id
), changed AS (
  UPDATE product_type t
  SET product_count = c.products, update_ts = now()
  FROM counted c
  WHERE t.id = c.id AND t.product_count <> c.products
)
SELECT coalesce(max(id), '') FROM page
