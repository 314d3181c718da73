-- The tables that the reader answers from, in a database of their own.
--
-- Reads   performance     rows of measurement.performance of one day
--         earlier         rows of measurement.performance of the days 366, 732, … before it: those of the products that
--                         have sold, but not for more than 365 days, are on one of them
--         product         product_id, title, vendor, tags (list) of the catalogue
--         tag_member      tag_group, tag
-- Sets    whole           a row per product and currency. The catalogue's products without a row of the day have zeros, and
--                         a class that is no spec's: 'resting' where they have sold, and otherwise 'unsold', which have
--                         no currency either
--         standing        its columns for filters and orders, by product and currency; rows are numbered from 0
--         product_tag     product_id, tag
--
-- shown is the row as JSON, which the program keeps: to find fifty rows costs less than to bring thirty columns of them
-- into the program, and less still while nothing long is read on the way.

CREATE TEMP TABLE whole AS
WITH resting AS (
    SELECT product_id, currency_code, min(first_sale_day) AS first_sale_day, max(last_sale_day) AS last_sale_day
    FROM earlier
    ANTI JOIN performance USING (product_id, currency_code)
    GROUP BY product_id, currency_code
), absent AS (
    SELECT getvariable('day') AS as_of_day, product_id, coalesce(title, '') AS title, coalesce(vendor, '') AS vendor,
           0 AS units_7d, 0 AS orders_7d, 0 AS gross_7d, 0 AS net_7d, 0 AS refunded_units_7d,
           0 AS units_14d, 0 AS orders_14d, 0 AS gross_14d, 0 AS net_14d, 0 AS refunded_units_14d,
           0 AS units_30d, 0 AS orders_30d, 0 AS gross_30d, 0 AS net_30d, 0 AS refunded_units_30d
    FROM product
), every AS (
    SELECT p.* EXCLUDE (computed_ts, classification),
           coalesce(p.classification, 'unclassified') AS classification,
           (p.as_of_day - p.first_sale_day)::INTEGER  AS days_since_first_sale,
           coalesce(product.title, '')                AS title,
           coalesce(product.vendor, '')               AS vendor
    FROM performance AS p
    LEFT JOIN product USING (product_id)
    UNION ALL BY NAME
    SELECT a.*, r.currency_code, r.first_sale_day, r.last_sale_day, 'resting' AS classification,
           (a.as_of_day - r.last_sale_day)::INTEGER  AS days_since_last_sale,
           (a.as_of_day - r.first_sale_day)::INTEGER AS days_since_first_sale
    FROM absent AS a
    JOIN resting AS r USING (product_id)
    UNION ALL BY NAME
    SELECT *, 'unsold' AS classification
    FROM absent
    WHERE product_id NOT IN (SELECT product_id FROM performance UNION ALL SELECT product_id FROM resting)
)
SELECT *, lower(title) AS searched, to_json({
           day: as_of_day::VARCHAR, product_id: product_id, title: title, vendor: vendor, currency: currency_code,
           windows: {
               '7':  {units: units_7d,  orders: orders_7d,  refunded_units: refunded_units_7d,  gross: gross_7d::VARCHAR,  net: net_7d::VARCHAR},
               '14': {units: units_14d, orders: orders_14d, refunded_units: refunded_units_14d, gross: gross_14d::VARCHAR, net: net_14d::VARCHAR},
               '30': {units: units_30d, orders: orders_30d, refunded_units: refunded_units_30d, gross: gross_30d::VARCHAR, net: net_30d::VARCHAR}
           },
           trend_7d: trend_7d::VARCHAR, first_sale_day: first_sale_day::VARCHAR, last_sale_day: last_sale_day::VARCHAR,
           days_since_last_sale: days_since_last_sale, days_since_first_sale: days_since_first_sale,
           classification: classification, spec_name: spec_name, spec_generation: spec_generation
       })::VARCHAR AS shown
FROM every;

CREATE TABLE standing AS
SELECT * EXCLUDE (shown) FROM whole ORDER BY product_id, currency_code;

CREATE TABLE product_tag AS
SELECT DISTINCT product_id, unnest(tags) AS tag FROM product;
