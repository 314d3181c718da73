-- How every product stands at the end of a day: 7, 14 and 30-day windows, first and last sale, and its class.
--
-- Reads   sold, standing   as open.sql, or this script for the day before, left them
--         overrides    product_id, class_name, from_day, to_day (exclusive, NULL for none), priority: the lowest wins
--         class_of()   the classification spec, compiled to a macro over the metrics; spec_name, spec_generation
--         scope        product_id of the products that a spec with a scope (scoped) classifies
-- Sets    standing          moved on to the end of the day
--         performance_new   a view: the day's rows
--
-- By hand: open.sql for some days, then for each of them SET VARIABLE day = DATE '2026-11-01'; and this.
--
-- A window moves by a day: that day's sales come in, those of the day that it leaves behind go out. A day so costs its
-- own sales and those of three others, however long the windows are.
--
-- A product has a row from its first sale until 365 days after its latest one; a refund is no sale. trend_7d is units_7d
-- over the units of the 7 days before, and NULL where those had none.

CREATE OR REPLACE TEMP TABLE standing AS
SELECT s.k, s.product_id, s.currency_code,
       (s.units_7d + coalesce(d0.units, 0) - coalesce(d7.units, 0))::BIGINT AS units_7d,
       (s.orders_7d + coalesce(d0.orders, 0) - coalesce(d7.orders, 0))::BIGINT AS orders_7d,
       (s.gross_7d + coalesce(d0.gross, 0) - coalesce(d7.gross, 0))::DECIMAL(18, 4) AS gross_7d,
       (s.net_7d + coalesce(d0.net, 0) - coalesce(d7.net, 0))::DECIMAL(18, 4) AS net_7d,
       (s.refunded_units_7d + coalesce(d0.refunded, 0) - coalesce(d7.refunded, 0))::BIGINT AS refunded_units_7d,
       (s.units_14d + coalesce(d0.units, 0) - coalesce(d14.units, 0))::BIGINT AS units_14d,
       (s.orders_14d + coalesce(d0.orders, 0) - coalesce(d14.orders, 0))::BIGINT AS orders_14d,
       (s.gross_14d + coalesce(d0.gross, 0) - coalesce(d14.gross, 0))::DECIMAL(18, 4) AS gross_14d,
       (s.net_14d + coalesce(d0.net, 0) - coalesce(d14.net, 0))::DECIMAL(18, 4) AS net_14d,
       (s.refunded_units_14d + coalesce(d0.refunded, 0) - coalesce(d14.refunded, 0))::BIGINT AS refunded_units_14d,
       (s.units_30d + coalesce(d0.units, 0) - coalesce(d30.units, 0))::BIGINT AS units_30d,
       (s.orders_30d + coalesce(d0.orders, 0) - coalesce(d30.orders, 0))::BIGINT AS orders_30d,
       (s.gross_30d + coalesce(d0.gross, 0) - coalesce(d30.gross, 0))::DECIMAL(18, 4) AS gross_30d,
       (s.net_30d + coalesce(d0.net, 0) - coalesce(d30.net, 0))::DECIMAL(18, 4) AS net_30d,
       (s.refunded_units_30d + coalesce(d0.refunded, 0) - coalesce(d30.refunded, 0))::BIGINT AS refunded_units_30d,
       CASE WHEN d0.units > 0 THEN coalesce(s.first_sale_day, d0.day) ELSE s.first_sale_day END AS first_sale_day,
       CASE WHEN d0.units > 0 THEN d0.day ELSE s.last_sale_day END AS last_sale_day
FROM standing AS s
LEFT JOIN (FROM sold WHERE day = getvariable('day'))      AS d0  ON d0.k = s.k
LEFT JOIN (FROM sold WHERE day = getvariable('day') - 7)  AS d7  ON d7.k = s.k
LEFT JOIN (FROM sold WHERE day = getvariable('day') - 14) AS d14 ON d14.k = s.k
LEFT JOIN (FROM sold WHERE day = getvariable('day') - 30) AS d30 ON d30.k = s.k;

CREATE OR REPLACE TEMP VIEW performance_new AS
WITH metric AS (
    SELECT getvariable('day') AS as_of_day, * EXCLUDE (k),
           -- rounded in whole numbers: a division would pass through a float
           (((units_7d * 20000 + (units_14d - units_7d)) // nullif((units_14d - units_7d) * 2, 0))::DECIMAL(18, 0)
             * 0.0001::DECIMAL(4, 4))::DECIMAL(18, 4)         AS trend_7d,
           (getvariable('day') - last_sale_day)::INTEGER  AS days_since_last_sale,
           (getvariable('day') - first_sale_day)::INTEGER AS days_since_first_sale
    FROM standing
    WHERE getvariable('day') - last_sale_day <= 365
), overridden AS (
    SELECT product_id, arg_min(class_name, priority) AS class_name
    FROM overrides
    WHERE from_day <= getvariable('day') AND (to_day IS NULL OR getvariable('day') < to_day)
    GROUP BY product_id
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
LEFT JOIN overridden AS o USING (product_id);
