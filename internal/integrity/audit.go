// Package integrity finds references that lead nowhere. No foreign key is enforced, so a row may refer to one that was
// never written or that somebody removed; the audit walks every reference that the comments declare, table by table in
// bounded pages by id, and says which value of which row has no target. The activity of the integrity audit calls it.
// It only reads.
//
// A live row that refers to a soft-deleted one is sound: a deleted product keeps its order lines. References of deleted
// rows are not looked at.
package integrity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/internal/catalog"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/uid"
)

// PageRows is how many rows of a table one statement looks at. With the ten references of the widest table it stays
// under the 100,000 rows that the narrowest host returns.
const PageRows = 5000

// Kinds of broken references.
const (
	Missing = "missing" // nothing has that key
	Foreign = "foreign" // the id belongs to another table
)

// Finding is one reference that leads nowhere. It holds ids and codes, never a row's content.
type Finding struct {
	Table    string `json:"table"`
	Column   string `json:"column"`
	ID       string `json:"id"`    // of the row that refers
	Value    string `json:"value"` // what it refers to
	RefersTo string `json:"refers_to"`
	Kind     string `json:"kind"`
}

// Walk is a table's references and the statement that checks a page of them.
type Walk struct {
	Table      string
	References []catalog.Reference
	sql        string
}

// Page is one page's outcome.
type Page struct {
	Last     string // id of the last row; empty when there was none left
	Rows     int
	Findings []Finding
}

// Plan reads the declared references. tables narrows it; a table that does not exist is refused.
func Plan(ctx context.Context, db store.DBTX, tables []string) ([]Walk, error) {
	found, err := catalog.Read(ctx, db, "public")
	if err != nil {
		return nil, err
	}
	var unknown []fault.Field
	for i, table := range tables {
		if _, exists := found.Table(table); !exists {
			unknown = append(unknown, fault.Field{Name: fmt.Sprintf("/tables/%d", i), Detail: fmt.Sprintf("%q is not a table", table)})
		}
	}
	if len(unknown) > 0 {
		return nil, fault.Invalid("the audit", unknown...)
	}
	var walks []Walk
	for i := range found.Tables {
		t := &found.Tables[i]
		if len(tables) > 0 && !slices.Contains(tables, t.Name) {
			continue
		}
		if refs := t.References(); len(refs) > 0 {
			walks = append(walks, Walk{Table: t.Name, References: refs, sql: statement(t.Name, refs)})
		}
	}
	return walks, nil
}

// statement checks one page: the first row that comes back says where the page ends and how many rows it has, the
// others are the references of the page that have no target.
func statement(table string, refs []catalog.Reference) string {
	var columns, searches strings.Builder
	for i, ref := range refs {
		column, target, key := name(ref.Column), name(ref.Table), name(ref.ToColumn)
		fmt.Fprintf(&columns, ", %s", column)
		fmt.Fprintf(&searches, `
UNION ALL
SELECT %[1]d, p.id, p.%[2]s FROM page p
WHERE p.delete_ts IS NULL AND p.%[2]s IS NOT NULL AND NOT EXISTS (SELECT FROM %[3]s t WHERE t.%[4]s = p.%[2]s)`, i, column, target, key)
	}
	return fmt.Sprintf(`WITH page AS MATERIALIZED (
  SELECT id, delete_ts%s FROM %s WHERE id > $1 ORDER BY id LIMIT $2)
SELECT -1, coalesce(max(id), ''), count(*)::text FROM page%s`, columns.String(), name(table), searches.String())
}

func name(identifier string) string { return pgx.Identifier{identifier}.Sanitize() }

// Next checks the page of at most rows rows that follows the id.
func (w Walk) Next(ctx context.Context, db store.DBTX, after string, rows int) (Page, error) {
	found, err := db.Query(ctx, w.sql, after, rows)
	if err != nil {
		return Page{}, store.Classify(err, "audit %s", w.Table)
	}
	defer found.Close()
	var page Page
	for found.Next() {
		var reference int
		var id, value string
		if err := found.Scan(&reference, &id, &value); err != nil {
			return Page{}, store.Classify(err, "audit %s", w.Table)
		}
		if reference < 0 {
			page.Last = id
			if _, err := fmt.Sscan(value, &page.Rows); err != nil {
				return Page{}, fault.Wrap(fault.Internal, err, "audit %s", w.Table)
			}
			continue
		}
		page.Findings = append(page.Findings, w.finding(w.References[reference], id, value))
	}
	if err := found.Err(); err != nil {
		return Page{}, store.Classify(err, "audit %s", w.Table)
	}
	return page, nil
}

func (w Walk) finding(ref catalog.Reference, id, value string) Finding {
	kind := Missing
	if want, known := uid.Of(ref.Table); known && ref.ToColumn == "id" && !strings.HasPrefix(value, string(want)) {
		kind = Foreign
	}
	return Finding{Table: w.Table, Column: ref.Column, ID: id, Value: value, RefersTo: ref.Table + "." + ref.ToColumn, Kind: kind}
}
