// Package duck opens DuckDB the way the platform needs it: bounded memory and threads, spilling to a directory of its
// own, UTC, and no extension fetched from anywhere. It runs SQL scripts and writes Parquet files that carry Iceberg
// field ids. The lakehouse and the measurement use it; what is queried is theirs.
//
// It never reads a remote address: files come and go through the object store.
package duck
