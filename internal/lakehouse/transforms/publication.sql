-- PUBLICATION_TELEMETRY → publication.telemetry
--
-- Variables and result as in commerce.sql.
CREATE OR REPLACE VIEW transformed AS
SELECT
    * REPLACE (
        time_of(event_ts) AS event_ts,
        time_of(ingest_ts) AS ingest_ts,
        money_of(amount) AS amount,
        properties::VARCHAR AS properties,
        TRY_CAST(schema_version AS INTEGER) AS schema_version
    ),
    CASE
        WHEN _p IS NULL THEN 'malformed'
        WHEN schema_version IS DISTINCT FROM '1' THEN 'schema_version'
        WHEN missing(event_id) THEN 'event_id'
        WHEN event_type IS NULL OR event_type NOT IN ('click', 'impression', 'view', 'engagement', 'conversion') THEN 'event_type'
        WHEN NOT in_range(event_ts) THEN 'event_ts'
        WHEN not_time(ingest_ts) THEN 'ingest_ts'
        WHEN missing(publisher_id) THEN 'publisher_id'
        WHEN not_money(amount) THEN 'amount'
        WHEN amount IS NOT NULL AND missing(currency_code) THEN 'currency_code'
        WHEN properties IS NOT NULL AND json_type(properties) <> 'OBJECT' THEN 'properties'
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
        publisher_id: 'VARCHAR',
        publication_id: 'VARCHAR',
        publication_item_id: 'VARCHAR',
        membership_program_id: 'VARCHAR',
        product_ids: 'VARCHAR[]',
        visitor_hash: 'VARCHAR',
        session_hash: 'VARCHAR',
        device_kind: 'VARCHAR',
        country_code: 'VARCHAR',
        referrer_host: 'VARCHAR',
        amount: 'VARCHAR',
        currency_code: 'VARCHAR',
        properties: 'JSON',
        schema_version: 'VARCHAR'
    }
);
