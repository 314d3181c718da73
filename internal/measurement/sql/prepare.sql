-- The columns that are read of each input, as empty relations: what stands in where a table has no files.

CREATE TEMP TABLE telemetry_columns (
    event_type VARCHAR, event_ts TIMESTAMPTZ, order_id VARCHAR, line_item_id VARCHAR, product_id VARCHAR, quantity BIGINT,
    gross_amount DECIMAL(18, 4), discount_amount DECIMAL(18, 4), net_amount DECIMAL(18, 4), currency_code VARCHAR,
    is_test BOOLEAN);

CREATE TEMP TABLE sales_columns (
    day DATE, product_id VARCHAR, currency_code VARCHAR, orders BIGINT, units_ordered BIGINT, gross_amount DECIMAL(18, 4),
    discount_amount DECIMAL(18, 4), units_refunded BIGINT, refund_amount DECIMAL(18, 4), net_amount DECIMAL(18, 4),
    computed_ts TIMESTAMPTZ);

CREATE TEMP TABLE performance_columns (
    as_of_day DATE, product_id VARCHAR, currency_code VARCHAR, first_sale_day DATE, last_sale_day DATE);

CREATE TEMP TABLE seed (product_id VARCHAR, currency_code VARCHAR, first_sale_day DATE, last_sale_day DATE);
