package row

import (
	"embed"
	"strings"
)

//go:embed sql/*.sql
var files embed.FS

// Stage is the DDL of a group's staging tables: order, product, customer, shared, or shop.
func Stage(group string) string { return read("stage_" + group) }

// Merge is the statement that writes the staged rows of a table where they differ.
func Merge(table string) string { return read("merge_" + table) }

// Remove is the statement that soft-deletes rows of the staged roots that are not staged; empty where rows of the table
// are never removed.
func Remove(table string) string { return read("remove_" + table) }

func read(name string) string {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return ""
	}
	return string(text)
}

// Copy is the statement that takes the rows of a Buffer, into the table or into its staging table.
func (t Table) Copy(staged bool) string {
	name := t.Name
	if staged {
		name = "stage_" + name
	}
	return "COPY " + name + " (" + strings.Join(t.Columns, ", ") + ") FROM STDIN (FORMAT binary)"
}
