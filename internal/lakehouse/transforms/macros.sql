-- What the transforms share: how text becomes a value, and when it is none.

CREATE OR REPLACE MACRO time_of(v) AS TRY_CAST(v AS TIMESTAMPTZ);

CREATE OR REPLACE MACRO not_time(v) AS v IS NOT NULL AND TRY_CAST(v AS TIMESTAMPTZ) IS NULL;

-- The variables earliest and latest bound the time of a batch's events.
CREATE OR REPLACE MACRO in_range(v) AS
    coalesce(TRY_CAST(v AS TIMESTAMPTZ) BETWEEN getvariable('earliest') AND getvariable('latest'), false);

CREATE OR REPLACE MACRO money_of(v) AS TRY_CAST(v AS DECIMAL(18, 4));

-- A cast rounds. Money that ends with a point and two more characters, as nearly all does, cannot have been rounded, and
-- nor can any other without an exponent and with no more than four places after the point.
CREATE OR REPLACE MACRO not_money(v) AS v IS NOT NULL AND (
    TRY_CAST(v AS DECIMAL(18, 4)) IS NULL
    OR CASE
       WHEN v LIKE '%.__' THEN false
       WHEN (instr(v, '.') > 0 AND length(v) - instr(v, '.') > 4) OR instr(v, 'e') > 0 OR instr(v, 'E') > 0
       THEN TRY_CAST(v AS DECIMAL(38, 18)) IS DISTINCT FROM TRY_CAST(v AS DECIMAL(18, 4))
       ELSE false END);

CREATE OR REPLACE MACRO not_whole(v) AS v IS NOT NULL AND coalesce(TRY_CAST(v AS BIGINT)::VARCHAR <> v, true);

CREATE OR REPLACE MACRO missing(v) AS v IS NULL OR v = '';
