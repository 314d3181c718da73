// Package archive reads archived JSON lines back as aggregates: a root object with all lines that belong to it. In a bulk
// result a child comes after its parent but not next to it, so an aggregate is complete only at the end of the file.
// Memory stays flat by two passes: Spill copies each line, unparsed, to one of N files by the hash of its root's id and
// counts; Partition.Read gives the aggregates of one such file. The loader runs both; nothing here knows PostgreSQL or
// the object store. Why: docs/adr/0002.
package archive
