-- What was sold and refunded, by shop day, product and currency, for the days from_day … to_day.
--
-- Reads   telemetry   rows of commerce.telemetry; more than the days' own do no harm
-- Sets    sales_new   one row per day, product and currency that has a sale or a refund
--
-- By hand: SET VARIABLE from_day = DATE '2026-11-01'; SET VARIABLE to_day = DATE '2026-11-07';
--          SET VARIABLE shop_zone = 'Europe/London';
--          CREATE TEMP VIEW telemetry AS FROM read_parquet('…/*.parquet');
--
-- A sale counts on the day of its order, a refund on the day it happens. Test orders are left out. Lines without a
-- product (custom items) are kept under a NULL product, so that the totals are the store's. A refund row without a line
-- (shipping, adjustment) is no product's and is left out. Distinct orders are counted over a bounded number of days at a
-- time: the counting is cheap while its hash table stays in memory, and four times as dear when it spills.

CREATE OR REPLACE TEMP TABLE sales_new AS
WITH line AS (
    SELECT (event_ts AT TIME ZONE getvariable('shop_zone'))::DATE AS day,
           product_id,
           currency_code,
           order_id,
           event_type = 'order_created'                           AS sold,
           coalesce(quantity, 0)                                  AS units,
           coalesce(gross_amount, 0)                              AS gross,
           coalesce(discount_amount, 0)                           AS discount,
           coalesce(net_amount, gross_amount - discount_amount, gross_amount, 0) AS net
    FROM telemetry
    WHERE event_type IN ('order_created', 'payment_refunded')
      AND NOT coalesce(is_test, false)
      AND line_item_id IS NOT NULL
      AND event_ts >= (getvariable('from_day')::TIMESTAMP AT TIME ZONE getvariable('shop_zone'))
      AND event_ts <  ((getvariable('to_day') + 1)::TIMESTAMP AT TIME ZONE getvariable('shop_zone'))
)
SELECT day,
       product_id,
       currency_code,
       count(DISTINCT order_id) FILTER (sold)                          AS orders,
       coalesce(sum(units) FILTER (sold), 0)::BIGINT                   AS units_ordered,
       coalesce(sum(gross) FILTER (sold), 0)::DECIMAL(18, 4)           AS gross_amount,
       coalesce(sum(discount) FILTER (sold), 0)::DECIMAL(18, 4)        AS discount_amount,
       coalesce(sum(units) FILTER (NOT sold), 0)::BIGINT               AS units_refunded,
       coalesce(sum(net) FILTER (NOT sold), 0)::DECIMAL(18, 4)         AS refund_amount,
       (coalesce(sum(gross - discount) FILTER (sold), 0)
         - coalesce(sum(net) FILTER (NOT sold), 0))::DECIMAL(18, 4)    AS net_amount
FROM line
GROUP BY day, product_id, currency_code;
