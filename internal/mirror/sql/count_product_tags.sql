-- Brings product_count of a page of tags up to date and returns the last id of the page.
-- $1: after this id; $2: page size
WITH page AS (
  SELECT id FROM product_tag WHERE id > $1 ORDER BY id LIMIT $2
), counted AS (
  SELECT page.id, count(l.id) AS products
  FROM page LEFT JOIN link_product_product_tag l ON l.product_tag_id = page.id AND l.delete_ts IS NULL
  GROUP BY page.id
), changed AS (
  UPDATE product_tag t
  SET product_count = c.products, last_seen_ts = CASE WHEN c.products > t.product_count THEN now() ELSE t.last_seen_ts END,
      update_ts = now()
  FROM counted c
  WHERE t.id = c.id AND t.product_count <> c.products
)
SELECT coalesce(max(id), '') FROM page
