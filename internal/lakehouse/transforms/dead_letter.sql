-- TELEMETRY_DEAD_LETTERS → sync.dead_letter
--
-- Variables and result as in commerce.sql.
CREATE OR REPLACE VIEW transformed AS
SELECT
    * REPLACE (
        time_of(event_ts) AS event_ts,
        TRY_CAST("sequence" AS BIGINT) AS "sequence",
        TRY_CAST(line AS INTEGER) AS line,
        TRY_CAST(schema_version AS INTEGER) AS schema_version
    ),
    CASE
        WHEN _p IS NULL THEN 'malformed'
        WHEN schema_version IS DISTINCT FROM '1' THEN 'schema_version'
        WHEN missing(event_id) THEN 'event_id'
        WHEN event_type IS NULL OR event_type NOT IN ('refused', 'redriven', 'dismissed') THEN 'event_type'
        WHEN NOT in_range(event_ts) THEN 'event_ts'
        WHEN missing(dead_letter_id) THEN 'dead_letter_id'
        WHEN not_whole("sequence") THEN 'sequence'
        WHEN not_whole(line) THEN 'line'
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
        dead_letter_id: 'VARCHAR',
        stream: 'VARCHAR',
        subject: 'VARCHAR',
        "sequence": 'VARCHAR',
        line: 'VARCHAR',
        reason: 'VARCHAR',
        payload: 'VARCHAR',
        schema_version: 'VARCHAR'
    }
);
