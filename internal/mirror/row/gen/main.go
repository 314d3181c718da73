// Command gen writes what follows from the structs of package row: encode_gen.go, and the SQL in sql/. Run it with
// `go generate ./internal/mirror/row`; it is deterministic.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"log"
	"os"
	"path/filepath"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	if err := os.MkdirAll("sql", 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob("sql/*.sql")
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	var code bytes.Buffer
	fmt.Fprint(&code, codeHead)
	for _, group := range groups {
		var stage bytes.Buffer
		fmt.Fprintf(&stage, stageHead, group.name)
		for _, t := range group.tables {
			columns, err := columnsOf(t)
			if err != nil {
				return err
			}
			writeEncoder(&code, t, columns)
			if group.staged {
				fmt.Fprintf(&stage, "CREATE TEMP TABLE stage_%s ON COMMIT DROP AS\n  SELECT %s\n  FROM %s WITH NO DATA;\n", t.name, wrap(names(columns), "    "), t.name)
				if err := os.WriteFile("sql/merge_"+t.name+".sql", mergeSQL(t, columns), 0o644); err != nil {
					return err
				}
			}
			if t.scope != "" {
				if err := os.WriteFile("sql/remove_"+t.name+".sql", removeSQL(t, group.tables[0].name), 0o644); err != nil {
					return err
				}
			}
		}
		if group.staged {
			if err := os.WriteFile("sql/stage_"+group.name+".sql", stage.Bytes(), 0o644); err != nil {
				return err
			}
		}
	}
	writeGroups(&code)
	formatted, err := format.Source(code.Bytes())
	if err != nil {
		return fmt.Errorf("generated code: %w", err)
	}
	return os.WriteFile("encode_gen.go", formatted, 0o644)
}
