-- How the products of each tag group are spread over the classes. A product with several tags of a group counts once.
-- Reads   standing, product_tag, tag_member

SELECT g.tag_group AS name, s.classification, count(DISTINCT s.product_id) AS products, sum(s.units_30d)::BIGINT AS units_30d
FROM (SELECT DISTINCT m.tag_group, t.product_id FROM tag_member AS m JOIN product_tag AS t USING (tag)) AS g
JOIN standing AS s USING (product_id)
GROUP BY g.tag_group, s.classification
ORDER BY name, classification;
