// Package row holds one struct per table that the mirror writes. A struct's `col` tags are the single statement of what
// the mirror knows of the table: the generator in gen/ derives from them the COPY encoders (encode_gen.go) and the SQL
// that merges staged rows (sql/*.sql). The mapping fills the structs, the loader sends them; nobody else uses them.
//
// What a column's Go type means:
//   - string is TEXT; with the option `null` the empty string is NULL, because Shopify uses both for "nothing".
//   - Opt[T] is NULL where it is not set; time.Time, Decimal and JSON are NULL where they are zero; Object is '{}' then.
//   - money.Amount is two columns, x and raw_x.
//   - Phase is status.phase: a merge replaces it and leaves the conditions. Annotations likewise replaces the
//     shopify/… keys that its `keys` tag names and leaves all others.
//
// The option `inherited` marks a column that is no reason to write a row: the source's update time of a child that has
// none of its own is its parent's, and a parent changes more often than each of its children.
//
// Columns that are not here (labels, create_ts, native facts) keep their defaults and are never overwritten.
package row

//go:generate go run ./gen
