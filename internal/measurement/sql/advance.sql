-- Moves the seed to the day of the standing.
--
-- Reads   standing
-- Sets    seed

CREATE OR REPLACE TEMP TABLE seed AS
SELECT product_id, currency_code, first_sale_day, last_sale_day
FROM standing
WHERE first_sale_day IS NOT NULL;
