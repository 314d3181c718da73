-- SYNC_TELEMETRY → sync.telemetry
--
-- Variables and result as in commerce.sql.
CREATE OR REPLACE VIEW transformed AS
SELECT
    * REPLACE (
        time_of(event_ts) AS event_ts,
        TRY_CAST(attempt AS INTEGER) AS attempt,
        TRY_CAST(records_in AS BIGINT) AS records_in,
        TRY_CAST(records_out AS BIGINT) AS records_out,
        TRY_CAST(bytes AS BIGINT) AS bytes,
        TRY_CAST(duration_ms AS BIGINT) AS duration_ms,
        time_of(watermark_before) AS watermark_before,
        time_of(watermark_after) AS watermark_after,
        TRY_CAST(schema_version AS INTEGER) AS schema_version
    ),
    CASE
        WHEN _p IS NULL THEN 'malformed'
        WHEN schema_version IS DISTINCT FROM '1' THEN 'schema_version'
        WHEN missing(event_id) THEN 'event_id'
        WHEN event_type IS NULL OR event_type NOT IN (
            'workflow_started', 'step_completed', 'workflow_completed', 'workflow_failed'
        ) THEN 'event_type'
        WHEN NOT in_range(event_ts) THEN 'event_ts'
        WHEN missing(workflow_id) THEN 'workflow_id'
        WHEN missing(run_id) THEN 'run_id'
        WHEN not_whole(attempt) OR TRY_CAST(attempt AS BIGINT) > 2147483647 THEN 'attempt'
        WHEN not_whole(records_in) THEN 'records_in'
        WHEN not_whole(records_out) THEN 'records_out'
        WHEN not_whole(bytes) THEN 'bytes'
        WHEN not_whole(duration_ms) THEN 'duration_ms'
        WHEN not_time(watermark_before) THEN 'watermark_before'
        WHEN not_time(watermark_after) THEN 'watermark_after'
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
        workflow_id: 'VARCHAR',
        run_id: 'VARCHAR',
        workflow_type: 'VARCHAR',
        job_type: 'VARCHAR',
        step: 'VARCHAR',
        attempt: 'VARCHAR',
        records_in: 'VARCHAR',
        records_out: 'VARCHAR',
        bytes: 'VARCHAR',
        duration_ms: 'VARCHAR',
        watermark_before: 'VARCHAR',
        watermark_after: 'VARCHAR',
        error_code: 'VARCHAR',
        error_message: 'VARCHAR',
        schema_version: 'VARCHAR'
    }
);
