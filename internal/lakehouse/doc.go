// Package lakehouse owns the Iceberg tables: their definition and evolution, the transforms that turn a batch of events
// into rows, the files that rows become, the fenced commit by which files enter a table, the tables' maintenance, and
// reading them by SQL. Its callers are the activities of the roll, of maintenance and of the measurement, and `blunt lake`.
//
// It speaks to the REST catalog and, through it, to the object store. It never reads a stream: what it is given is files
// of NDJSON and an offset. Data files never change once they are written; tables are copy-on-write.
package lakehouse
