-- The days on which the computed sales differ from those that stand in the table.
--
-- Reads   sales_new; sales   the rows of measurement.sales of the same days
-- Sets    changed

CREATE OR REPLACE TEMP TABLE changed AS
WITH computed AS (
    SELECT day, product_id, currency_code, orders, units_ordered, gross_amount, discount_amount, units_refunded,
           refund_amount, net_amount
    FROM sales_new
), stored AS (
    SELECT day, product_id, currency_code, orders, units_ordered, gross_amount, discount_amount, units_refunded,
           refund_amount, net_amount
    FROM sales
)
SELECT DISTINCT day
FROM ((FROM computed EXCEPT ALL FROM stored) UNION ALL (FROM stored EXCEPT ALL FROM computed));
