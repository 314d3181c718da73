-- How the products of each tag are spread over the classes.
-- Reads   standing, product_tag

SELECT t.tag AS name, s.classification, count(DISTINCT s.product_id) AS products, sum(s.units_30d)::BIGINT AS units_30d
FROM product_tag AS t
JOIN standing AS s USING (product_id)
GROUP BY t.tag, s.classification
ORDER BY name, classification;
