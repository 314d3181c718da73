-- What the transforms share: how text becomes a value, and when it is none.

CREATE MACRO time_of(v) AS TRY_CAST(v AS TIMESTAMPTZ);
CREATE MACRO not_time(v) AS v IS NOT NULL AND TRY_CAST(v AS TIMESTAMPTZ) IS NULL;

CREATE MACRO money_of(v) AS TRY_CAST(v AS DECIMAL(18, 4));

-- A cast rounds. Only text with an exponent, or with more than four places after the point, can have been rounded.
CREATE MACRO not_money(v) AS v IS NOT NULL AND (
    TRY_CAST(v AS DECIMAL(18, 4)) IS NULL
    OR (CASE WHEN instr(v, '.') > 0 AND length(v) - instr(v, '.') > 4 OR v LIKE '%e%' OR v LIKE '%E%'
        THEN TRY_CAST(v AS DECIMAL(38, 18)) IS DISTINCT FROM TRY_CAST(v AS DECIMAL(18, 4)) ELSE false END));

CREATE MACRO not_whole(v) AS v IS NOT NULL AND (TRY_CAST(v AS BIGINT) IS NULL OR TRY_CAST(v AS BIGINT)::VARCHAR <> v);
