// Package catalog reads what the database says about itself: tables, columns, CHECKs, indexes, and the references that
// its comments declare (schema/README.md gives their form). The schema check, the data dictionary, the integrity audit
// and the check of rows before they are written are all made from it. It reads system catalogs only, never a row.
package catalog
