-- COMMERCE_TELEMETRY → commerce.telemetry
--
-- Reads a batch of events as NDJSON and makes the table `batch`: the columns of commerce.telemetry, the event's position
-- `_p` in the batch, and `_refused`, the reason why it cannot be taken (NULL where it can). A line that is not JSON gives
-- a row of NULLs. Every value is read as text first, so that one that cannot be converted is seen and not lost.
--
-- Variables: files (paths), earliest and latest (the range of event_ts).
-- By hand:   SET VARIABLE files = ['batch.ndjson']; SET VARIABLE earliest = …; .read macros.sql; .read commerce.sql
CREATE TABLE batch AS
WITH events AS (
    SELECT * FROM read_json(getvariable('files'), format = 'newline_delimited', ignore_errors = true,
        maximum_object_size = 1048576, columns = {
        _p: 'BIGINT', event_id: 'VARCHAR', event_type: 'VARCHAR', event_ts: 'VARCHAR', ingest_ts: 'VARCHAR',
        shop_domain: 'VARCHAR', order_id: 'VARCHAR', order_name: 'VARCHAR', line_item_id: 'VARCHAR', product_id: 'VARCHAR',
        product_variant_id: 'VARCHAR', sku: 'VARCHAR', title: 'VARCHAR', quantity: 'VARCHAR', unit_price: 'VARCHAR',
        gross_amount: 'VARCHAR', discount_amount: 'VARCHAR', tax_amount: 'VARCHAR', net_amount: 'VARCHAR',
        currency_code: 'VARCHAR', customer_id: 'VARCHAR', channel: 'VARCHAR', country_code: 'VARCHAR',
        product_tags: 'VARCHAR[]', presentment_amount: 'VARCHAR', presentment_currency_code: 'VARCHAR',
        is_test: 'VARCHAR', run_id: 'VARCHAR', schema_version: 'VARCHAR'
    })
),
converted AS (
    SELECT * REPLACE (
        time_of(event_ts) AS event_ts, time_of(ingest_ts) AS ingest_ts, TRY_CAST(quantity AS BIGINT) AS quantity,
        money_of(unit_price) AS unit_price, money_of(gross_amount) AS gross_amount,
        money_of(discount_amount) AS discount_amount, money_of(tax_amount) AS tax_amount,
        money_of(net_amount) AS net_amount, money_of(presentment_amount) AS presentment_amount,
        coalesce(TRY_CAST(is_test AS BOOLEAN), false) AS is_test, TRY_CAST(schema_version AS INTEGER) AS schema_version
    ),
    CASE
        WHEN _p IS NULL THEN 'malformed'
        WHEN schema_version IS DISTINCT FROM '1' THEN 'schema_version'
        WHEN event_id IS NULL OR event_id = '' THEN 'event_id'
        WHEN event_type IS NULL OR event_type NOT IN ('order_created', 'order_completed', 'payment_captured',
            'payment_refunded', 'fulfillment_shipped', 'return_requested') THEN 'event_type'
        WHEN NOT coalesce(time_of(event_ts) BETWEEN getvariable('earliest') AND getvariable('latest'), false) THEN 'event_ts'
        WHEN not_time(ingest_ts) THEN 'ingest_ts'
        WHEN shop_domain IS NULL THEN 'shop_domain'
        WHEN order_id IS NULL THEN 'order_id'
        WHEN not_whole(quantity) THEN 'quantity'
        WHEN not_money(unit_price) THEN 'unit_price'
        WHEN not_money(gross_amount) THEN 'gross_amount'
        WHEN not_money(discount_amount) THEN 'discount_amount'
        WHEN not_money(tax_amount) THEN 'tax_amount'
        WHEN not_money(net_amount) THEN 'net_amount'
        WHEN not_money(presentment_amount) THEN 'presentment_amount'
        WHEN currency_code IS NULL THEN 'currency_code'
    END AS _refused
    FROM events
)
FROM converted;
