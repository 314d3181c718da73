-- How every product stands at the end of each of the days from_day … to_day: 7, 14 and 30-day windows, first and last
-- sale, and its class.
--
-- Reads   sales        rows of measurement.sales for from_day - 29 … to_day; other days do no harm
--         seed         product_id, currency_code, first_sale_day, last_sale_day of every product that sold before from_day
--         overrides    product_id, class_name, from_day, to_day (exclusive, NULL for none), priority: the lowest wins
--         class_of()   the classification spec, compiled to a macro over the metrics; spec_name, spec_generation
--         scope        product_id of the products that a spec with a scope (scoped) classifies
-- Sets    performance_new
--
-- The sum of a window is the difference of two running totals. Totals are needed at a day and 7, 14 and 30 days before
-- it, so sales are first gathered up to those points: a refresh of one day groups a month into four sums per product,
-- a full one computes each total once.
--
-- A product has a row from its first sale until 365 days after its latest one; a refund is no sale. trend_7d is units_7d
-- over the units of the 7 days before, and NULL where those had none.

CREATE OR REPLACE TEMP TABLE point AS
SELECT DISTINCT (as_of.day - back.days)::DATE AS day
FROM (SELECT unnest(range(getvariable('from_day')::TIMESTAMP, (getvariable('to_day') + 1)::TIMESTAMP, INTERVAL 1 DAY))::DATE AS day) AS as_of,
     (VALUES (0), (7), (14), (30)) AS back (days);

CREATE OR REPLACE TEMP TABLE product_key AS
SELECT (row_number() OVER ())::INTEGER AS k, product_id, currency_code,
       min(first_sale_day) AS first_sale_day, max(last_sale_day) AS last_sale_day
FROM (
    SELECT product_id, currency_code, NULL::DATE AS first_sale_day, NULL::DATE AS last_sale_day
    FROM sales
    WHERE day BETWEEN getvariable('from_day') AND getvariable('to_day') AND units_ordered > 0 AND product_id IS NOT NULL
    UNION ALL
    SELECT product_id, currency_code, first_sale_day, last_sale_day FROM seed
)
GROUP BY product_id, currency_code
HAVING bool_or(first_sale_day IS NULL) OR max(last_sale_day) + 365 >= getvariable('from_day');

CREATE OR REPLACE TEMP TABLE running AS
WITH upto AS (
    SELECT c.day, (SELECT min(p.day) FROM point AS p WHERE p.day >= c.day) AS point
    FROM (SELECT unnest(range((getvariable('from_day') - 29)::TIMESTAMP, (getvariable('to_day') + 1)::TIMESTAMP, INTERVAL 1 DAY))::DATE AS day) AS c
), gathered AS (
    SELECT key.k, upto.point AS day,
           sum(s.units_ordered)::BIGINT           AS units,
           sum(s.orders)::BIGINT                  AS orders,
           sum(s.gross_amount)::DECIMAL(18, 4)    AS gross,
           sum(s.net_amount)::DECIMAL(18, 4)      AS net,
           sum(s.units_refunded)::BIGINT          AS refunded,
           min(s.day) FILTER (s.units_ordered > 0) AS first_sale_day,
           max(s.day) FILTER (s.units_ordered > 0) AS last_sale_day
    FROM sales AS s
    JOIN product_key AS key USING (product_id, currency_code)
    JOIN upto ON upto.day = s.day
    GROUP BY key.k, upto.point
)
SELECT key.k, point.day, key.k::BIGINT * 100000 + (point.day - DATE '1970-01-01') AS slot,
       sum(coalesce(g.units, 0)) OVER past::BIGINT           AS units,
       sum(coalesce(g.orders, 0)) OVER past::BIGINT          AS orders,
       sum(coalesce(g.gross, 0)) OVER past::DECIMAL(18, 4)   AS gross,
       sum(coalesce(g.net, 0)) OVER past::DECIMAL(18, 4)     AS net,
       sum(coalesce(g.refunded, 0)) OVER past::BIGINT        AS refunded,
       min(g.first_sale_day) OVER past                       AS first_sale_day,
       max(g.last_sale_day) OVER past                        AS last_sale_day
FROM product_key AS key
CROSS JOIN point
LEFT JOIN gathered AS g ON g.k = key.k AND g.day = point.day
WINDOW past AS (PARTITION BY key.k ORDER BY point.day ROWS UNBOUNDED PRECEDING);

CREATE OR REPLACE TEMP TABLE override_day AS
SELECT o.product_id, p.day, arg_min(o.class_name, o.priority) AS class_name
FROM overrides AS o
JOIN point AS p ON p.day >= greatest(o.from_day, getvariable('from_day')) AND (o.to_day IS NULL OR p.day < o.to_day)
GROUP BY o.product_id, p.day;

CREATE OR REPLACE TEMP TABLE performance_new AS
WITH window_sum AS (
    SELECT d0.day                          AS as_of_day,
           key.product_id,
           key.currency_code,
           d0.units - d7.units             AS units_7d,
           d0.orders - d7.orders           AS orders_7d,
           d0.gross - d7.gross             AS gross_7d,
           d0.net - d7.net                 AS net_7d,
           d0.refunded - d7.refunded       AS refunded_units_7d,
           d0.units - d14.units            AS units_14d,
           d0.orders - d14.orders          AS orders_14d,
           d0.gross - d14.gross            AS gross_14d,
           d0.net - d14.net                AS net_14d,
           d0.refunded - d14.refunded      AS refunded_units_14d,
           d0.units - d30.units            AS units_30d,
           d0.orders - d30.orders          AS orders_30d,
           d0.gross - d30.gross            AS gross_30d,
           d0.net - d30.net                AS net_30d,
           d0.refunded - d30.refunded      AS refunded_units_30d,
           d7.units - d14.units            AS units_before_7d,
           coalesce(key.first_sale_day, d0.first_sale_day) AS first_sale_day,
           coalesce(CASE WHEN d0.last_sale_day > key.last_sale_day THEN d0.last_sale_day ELSE key.last_sale_day END, d0.last_sale_day) AS last_sale_day
    FROM running AS d0
    JOIN running AS d7  ON d7.slot = d0.slot - 7
    JOIN running AS d14 ON d14.slot = d0.slot - 14
    JOIN running AS d30 ON d30.slot = d0.slot - 30
    JOIN product_key AS key ON key.k = d0.k
    WHERE d0.day BETWEEN getvariable('from_day') AND getvariable('to_day')
), metric AS (
    SELECT * EXCLUDE (units_before_7d),
           -- rounded in whole numbers: a division would pass through a float
           (((units_7d * 20000 + units_before_7d) // nullif(units_before_7d * 2, 0))::DECIMAL(18, 0)
             * 0.0001::DECIMAL(4, 4))::DECIMAL(18, 4)  AS trend_7d,
           (as_of_day - last_sale_day)::INTEGER  AS days_since_last_sale,
           (as_of_day - first_sale_day)::INTEGER AS days_since_first_sale
    FROM window_sum
    WHERE as_of_day - last_sale_day <= 365
)
SELECT m.as_of_day, m.product_id, m.currency_code,
       m.units_7d, m.orders_7d, m.gross_7d, m.net_7d, m.refunded_units_7d,
       m.units_14d, m.orders_14d, m.gross_14d, m.net_14d, m.refunded_units_14d,
       m.units_30d, m.orders_30d, m.gross_30d, m.net_30d, m.refunded_units_30d,
       m.trend_7d, m.first_sale_day, m.last_sale_day, m.days_since_last_sale,
       CASE WHEN o.class_name IS NOT NULL THEN o.class_name
            WHEN getvariable('scoped') AND m.product_id NOT IN (FROM scope) THEN NULL
            ELSE class_of(m) END            AS classification,
       getvariable('spec_name')             AS spec_name,
       getvariable('spec_generation')       AS spec_generation
FROM metric AS m
LEFT JOIN override_day AS o ON o.product_id = m.product_id AND o.day = m.as_of_day;
