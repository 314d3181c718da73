-- The tables that the reader answers from, in a database of their own.
--
-- Reads   performance     rows of measurement.performance of one day
--         product         product_id, title, vendor, tags (list) of the catalogue
--         tag_member      tag_group, tag
-- Sets    standing        a row per product and currency; one that never sold has class 'unsold', no currency, and zeros
--         product_tag     product_id, tag

CREATE TABLE standing AS
SELECT p.* EXCLUDE (computed_ts, classification),
       coalesce(p.classification, 'unclassified') AS classification,
       (p.as_of_day - p.first_sale_day)::INTEGER  AS days_since_first_sale,
       coalesce(product.title, '')                AS title,
       coalesce(product.vendor, '')               AS vendor
FROM performance AS p
LEFT JOIN product USING (product_id)
UNION ALL BY NAME
SELECT getvariable('day') AS as_of_day, product_id, 'unsold' AS classification, title, coalesce(vendor, '') AS vendor,
       0 AS units_7d, 0 AS orders_7d, 0 AS gross_7d, 0 AS net_7d, 0 AS refunded_units_7d,
       0 AS units_14d, 0 AS orders_14d, 0 AS gross_14d, 0 AS net_14d, 0 AS refunded_units_14d,
       0 AS units_30d, 0 AS orders_30d, 0 AS gross_30d, 0 AS net_30d, 0 AS refunded_units_30d
FROM product
WHERE product_id NOT IN (SELECT product_id FROM performance)
ORDER BY product_id;

CREATE TABLE product_tag AS
SELECT DISTINCT product_id, unnest(tags) AS tag FROM product;
