// Package store is the domain database: the connection pool, transactions, the typed queries that sqlc generates from
// queries/ (the files that end in .gen.go), and the Go types of the JSONB columns whose shape is known. Activities and
// APIs call it. It decides nothing about the business and speaks to nothing but PostgreSQL.
//
// Every statement stays inside the limits of the narrowest host (100,000 rows, 64 MiB, 20 s in a transaction): lists
// are keyset pages, deletions go in chunks.
package store
