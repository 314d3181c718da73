-- How many products the computed state at the end of a day tells otherwise than the stored one. None: the days after it
-- stand as they are.
--
-- Reads   seed          the computed state
--         performance   rows of measurement.performance of that day, and of the days 366, 732, … before it
-- Yields  one number

WITH stored AS (
    SELECT product_id, currency_code, min(first_sale_day) AS first_sale_day, max(last_sale_day) AS last_sale_day
    FROM performance
    GROUP BY product_id, currency_code
)
SELECT count(*)
FROM ((FROM seed EXCEPT FROM stored) UNION ALL (FROM stored EXCEPT FROM seed));
