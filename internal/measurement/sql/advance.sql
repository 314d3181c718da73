-- Moves the seed to the end of to_day. A product that has no row there any more keeps what the seed knew of it.
--
-- Reads   performance_new, seed
-- Sets    seed

CREATE OR REPLACE TEMP TABLE seed AS
SELECT product_id, currency_code, min(first_sale_day) AS first_sale_day, max(last_sale_day) AS last_sale_day
FROM (
    SELECT product_id, currency_code, first_sale_day, last_sale_day FROM seed
    UNION ALL
    SELECT product_id, currency_code, first_sale_day, last_sale_day FROM performance_new WHERE as_of_day = getvariable('to_day')
)
GROUP BY product_id, currency_code;
