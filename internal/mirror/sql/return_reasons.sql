SELECT code, id FROM return_reason WHERE delete_ts IS NULL
