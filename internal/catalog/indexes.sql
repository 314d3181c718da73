SELECT c.relname, x.relname, pg_get_indexdef(i.indexrelid), coalesce(a.attname, ''), m.amname, i.indisunique,
       coalesce(pg_get_expr(i.indpred, i.indrelid), '')
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_am m ON m.oid = x.relam
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.attnum > 0
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')
ORDER BY c.relname, x.relname
