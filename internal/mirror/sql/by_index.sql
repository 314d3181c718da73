-- A few hundred rows of large tables are found by index, whatever the statistics say.
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)
