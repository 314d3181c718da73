-- What was sold and refunded over all products, by shop day and currency. Amounts as text: they are exact.
--
-- Reads   sales   rows of measurement.sales

SELECT day, currency_code, sum(units_ordered)::BIGINT, sum(units_refunded)::BIGINT,
       sum(gross_amount)::VARCHAR, sum(discount_amount)::VARCHAR, sum(refund_amount)::VARCHAR
FROM sales
GROUP BY day, currency_code;
