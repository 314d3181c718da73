-- Which products had sold by the end of a day, and when first and last.
--
-- Reads   performance   rows of measurement.performance of that day, and of the days 366, 732, … before it: a product
--                       has rows for 366 days from its last sale on, so every one that ever sold is on one of them
-- Sets    seed

CREATE OR REPLACE TEMP TABLE seed AS
SELECT product_id, currency_code, min(first_sale_day) AS first_sale_day, max(last_sale_day) AS last_sale_day
FROM performance
GROUP BY product_id, currency_code;
