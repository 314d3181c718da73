-- How every product stood at the end of the day before from_day, from which performance.sql goes on day by day.
--
-- Reads   sales      rows of measurement.sales for from_day - 29 … to_day; other days do no harm
--         seed       product_id, currency_code, first_sale_day, last_sale_day of every product that sold before from_day
-- Sets    sold       the sales that the windows of from_day … to_day reach; products by number
--         standing   for every product of these days and of the seed: the sums of the windows, first and last sale
--
-- Day D takes D in and lets go of D - 7, D - 14 and D - 30; so the windows begin as the days since from_day - 7,
-- from_day - 14, and, the oldest that is held, from_day - 29.

CREATE OR REPLACE TEMP TABLE product_key AS
SELECT (row_number() OVER ())::INTEGER AS k, product_id, currency_code,
       min(first_sale_day) AS first_sale_day, max(last_sale_day) AS last_sale_day
FROM (
    SELECT DISTINCT product_id, currency_code, NULL::DATE AS first_sale_day, NULL::DATE AS last_sale_day
    FROM sales
    WHERE day BETWEEN getvariable('from_day') - 29 AND getvariable('to_day') AND product_id IS NOT NULL
    UNION ALL
    SELECT product_id, currency_code, first_sale_day, last_sale_day FROM seed
)
GROUP BY product_id, currency_code;

CREATE OR REPLACE TEMP TABLE sold AS
SELECT s.day, key.k, s.units_ordered AS units, s.orders, s.gross_amount AS gross, s.net_amount AS net,
       s.units_refunded AS refunded
FROM sales AS s
JOIN product_key AS key USING (product_id, currency_code)
WHERE s.day BETWEEN getvariable('from_day') - 29 AND getvariable('to_day');

CREATE OR REPLACE TEMP TABLE standing AS
WITH part AS (
    SELECT k, day >= getvariable('from_day') - 7 AS in_7, day >= getvariable('from_day') - 14 AS in_14,
           sum(units) AS units, sum(orders) AS orders, sum(gross) AS gross, sum(net) AS net, sum(refunded) AS refunded
    FROM sold
    WHERE day < getvariable('from_day')
    GROUP BY ALL
), window_sum AS (
    SELECT k,
           sum(units) FILTER (in_7)        ::BIGINT          AS units_7d,
           sum(orders) FILTER (in_7)       ::BIGINT          AS orders_7d,
           sum(gross) FILTER (in_7)        ::DECIMAL(18, 4)  AS gross_7d,
           sum(net) FILTER (in_7)          ::DECIMAL(18, 4)  AS net_7d,
           sum(refunded) FILTER (in_7)     ::BIGINT          AS refunded_units_7d,
           sum(units) FILTER (in_14)       ::BIGINT          AS units_14d,
           sum(orders) FILTER (in_14)      ::BIGINT          AS orders_14d,
           sum(gross) FILTER (in_14)       ::DECIMAL(18, 4)  AS gross_14d,
           sum(net) FILTER (in_14)         ::DECIMAL(18, 4)  AS net_14d,
           sum(refunded) FILTER (in_14)    ::BIGINT          AS refunded_units_14d,
           sum(units)                      ::BIGINT          AS units_30d,
           sum(orders)                     ::BIGINT          AS orders_30d,
           sum(gross)                      ::DECIMAL(18, 4)  AS gross_30d,
           sum(net)                        ::DECIMAL(18, 4)  AS net_30d,
           sum(refunded)                   ::BIGINT          AS refunded_units_30d
    FROM part
    GROUP BY k
)
SELECT key.k, key.product_id, key.currency_code,
       coalesce(w.units_7d, 0)::BIGINT AS units_7d,
       coalesce(w.orders_7d, 0)::BIGINT AS orders_7d,
       coalesce(w.gross_7d, 0)::DECIMAL(18, 4) AS gross_7d,
       coalesce(w.net_7d, 0)::DECIMAL(18, 4) AS net_7d,
       coalesce(w.refunded_units_7d, 0)::BIGINT AS refunded_units_7d,
       coalesce(w.units_14d, 0)::BIGINT AS units_14d,
       coalesce(w.orders_14d, 0)::BIGINT AS orders_14d,
       coalesce(w.gross_14d, 0)::DECIMAL(18, 4) AS gross_14d,
       coalesce(w.net_14d, 0)::DECIMAL(18, 4) AS net_14d,
       coalesce(w.refunded_units_14d, 0)::BIGINT AS refunded_units_14d,
       coalesce(w.units_30d, 0)::BIGINT AS units_30d,
       coalesce(w.orders_30d, 0)::BIGINT AS orders_30d,
       coalesce(w.gross_30d, 0)::DECIMAL(18, 4) AS gross_30d,
       coalesce(w.net_30d, 0)::DECIMAL(18, 4) AS net_30d,
       coalesce(w.refunded_units_30d, 0)::BIGINT AS refunded_units_30d,
       key.first_sale_day, key.last_sale_day
FROM product_key AS key
LEFT JOIN window_sum AS w USING (k);
