-- PostgreSQL 18 lists NOT NULL as constraints of type n; they are facts of the columns here.
SELECT c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND k.contype <> 'n'
ORDER BY c.relname, k.conname
