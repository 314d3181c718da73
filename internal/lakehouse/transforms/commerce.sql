-- COMMERCE_TELEMETRY → commerce.telemetry
--
-- Reads a batch of events as NDJSON and yields the columns of commerce.telemetry, the event's position `_p` in the batch,
-- and `_refused`: which field keeps it from being taken, or NULL. A line that is not JSON yields a row of NULLs. Every
-- value is read as text first, so that one that cannot be converted is seen and not lost.
--
-- Variables: files (paths of NDJSON), earliest and latest (range of event_ts). To run it by hand, in the DuckDB shell:
--   SET VARIABLE files = ['batch.ndjson']; SET VARIABLE earliest = TIMESTAMPTZ '2000-01-01'; SET VARIABLE latest = now();
--   .read macros.sql
--   .read commerce.sql
CREATE OR REPLACE VIEW transformed AS
SELECT
    * REPLACE (
        time_of(event_ts) AS event_ts,
        time_of(ingest_ts) AS ingest_ts,
        TRY_CAST(quantity AS BIGINT) AS quantity,
        money_of(unit_price) AS unit_price,
        money_of(gross_amount) AS gross_amount,
        money_of(discount_amount) AS discount_amount,
        money_of(tax_amount) AS tax_amount,
        money_of(net_amount) AS net_amount,
        money_of(presentment_amount) AS presentment_amount,
        coalesce(TRY_CAST(is_test AS BOOLEAN), false) AS is_test,
        TRY_CAST(schema_version AS INTEGER) AS schema_version
    ),
    CASE
        WHEN _p IS NULL THEN 'malformed'
        WHEN schema_version IS DISTINCT FROM '1' THEN 'schema_version'
        WHEN missing(event_id) THEN 'event_id'
        WHEN event_type IS NULL OR event_type NOT IN (
            'order_created', 'order_completed', 'payment_captured', 'payment_refunded', 'fulfillment_shipped', 'return_requested'
        ) THEN 'event_type'
        WHEN NOT in_range(event_ts) THEN 'event_ts'
        WHEN not_time(ingest_ts) THEN 'ingest_ts'
        WHEN missing(shop_domain) THEN 'shop_domain'
        WHEN missing(order_id) THEN 'order_id'
        WHEN missing(currency_code) THEN 'currency_code'
        WHEN not_whole(quantity) THEN 'quantity'
        WHEN not_money(unit_price) THEN 'unit_price'
        WHEN not_money(gross_amount) THEN 'gross_amount'
        WHEN not_money(discount_amount) THEN 'discount_amount'
        WHEN not_money(tax_amount) THEN 'tax_amount'
        WHEN not_money(net_amount) THEN 'net_amount'
        WHEN not_money(presentment_amount) THEN 'presentment_amount'
        WHEN is_test IS NOT NULL AND is_test NOT IN ('true', 'false') THEN 'is_test'
    END AS _refused
FROM read_json(
    getvariable('files'),
    format = 'newline_delimited',
    ignore_errors = true,
    maximum_object_size = 1048576,
    columns = {
        _p: 'BIGINT',
        event_id: 'VARCHAR',
        event_type: 'VARCHAR',
        event_ts: 'VARCHAR',
        ingest_ts: 'VARCHAR',
        shop_domain: 'VARCHAR',
        order_id: 'VARCHAR',
        order_name: 'VARCHAR',
        line_item_id: 'VARCHAR',
        product_id: 'VARCHAR',
        product_variant_id: 'VARCHAR',
        sku: 'VARCHAR',
        title: 'VARCHAR',
        quantity: 'VARCHAR',
        unit_price: 'VARCHAR',
        gross_amount: 'VARCHAR',
        discount_amount: 'VARCHAR',
        tax_amount: 'VARCHAR',
        net_amount: 'VARCHAR',
        currency_code: 'VARCHAR',
        customer_id: 'VARCHAR',
        channel: 'VARCHAR',
        country_code: 'VARCHAR',
        product_tags: 'VARCHAR[]',
        presentment_amount: 'VARCHAR',
        presentment_currency_code: 'VARCHAR',
        is_test: 'VARCHAR',
        run_id: 'VARCHAR',
        schema_version: 'VARCHAR'
    }
);
