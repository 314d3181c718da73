// Package dictionary writes the data dictionary: every module, table and column with its CHECKed values, references and
// meaning, as Markdown for the documentation site. It is made from the database itself, so that it cannot say anything
// else than the database does; `blunt schema dictionary` calls it, and the tests hold the checked-in file to it.
package dictionary

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/catalog"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
)

//go:generate go test -count=1 -run TestThePublishedDictionaryIsTheDatabases . -update

// Write writes the dictionary of the database's domain tables. The same schema gives the same bytes.
func Write(ctx context.Context, db store.DBTX, w io.Writer) error {
	public, err := catalog.Read(ctx, db, "public")
	if err != nil {
		return err
	}
	out := &printer{w: bufio.NewWriter(w)}
	out.head(public)
	for _, module := range modules(public) {
		out.module(module)
	}
	if err := out.flush(); err != nil {
		return fault.Wrap(fault.Internal, err, "write the data dictionary")
	}
	return nil
}

type module struct {
	number, name string
	tables       []*catalog.Table
	incoming     map[string][]string // table → the columns that refer to it
}

func modules(c *catalog.Catalog) []module {
	byTitle := map[string]*module{}
	incoming := map[string][]string{}
	for i := range c.Tables {
		t := &c.Tables[i]
		title := t.Facts()["module"]
		if byTitle[title] == nil {
			number, name, _ := strings.Cut(title, " ")
			byTitle[title] = &module{number: number, name: name, incoming: incoming}
		}
		byTitle[title].tables = append(byTitle[title].tables, t)
		for _, ref := range t.References() {
			if ref.ToColumn == "id" {
				incoming[ref.Table] = append(incoming[ref.Table], t.Name+"."+ref.Column)
			}
		}
	}
	found := make([]module, 0, len(byTitle))
	for _, m := range byTitle {
		found = append(found, *m)
	}
	slices.SortFunc(found, func(a, b module) int { return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.name, b.name)) })
	return found
}

type printer struct {
	w   *bufio.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) flush() error {
	if p.err != nil {
		return p.err
	}
	return p.w.Flush()
}

func (p *printer) head(c *catalog.Catalog) {
	p.line("---")
	p.line("title: Data dictionary")
	p.line("description: Every table and column of the domain schema.")
	p.line("---")
	p.line("")
	p.line("Generated from the database by `blunt schema dictionary`; do not edit.")
	p.line("")
	p.line("%d tables. Every table has `id`, `status`, `labels`, `annotations`, `create_ts`, `update_ts` and `delete_ts`; a table that", len(c.Tables))
	p.line("mirrors a Shopify type also has `shopify_gid`, `source_create_ts`, `source_update_ts` and `sync_ts`. They are left out")
	p.line("below. An amount `x` is a NUMERIC with its raw half `raw_x`, shown as one row of type money. An arrow is a reference,")
	p.line("declared and audited, not enforced.")
	p.line("")
	p.line("| module | tables |")
	p.line("|---|---|")
	for _, m := range modules(c) {
		names := make([]string, len(m.tables))
		for i, t := range m.tables {
			names[i] = fmt.Sprintf("[%[1]s](#%[1]s)", t.Name)
		}
		p.line("| %s %s | %s |", m.number, m.name, strings.Join(names, ", "))
	}
	p.line("")
}

func (p *printer) module(m module) {
	p.line("## Module %s: %s", m.number, m.name)
	p.line("")
	for _, t := range m.tables {
		p.table(t, m.incoming[t.Name])
	}
}

func (p *printer) table(t *catalog.Table, incoming []string) {
	facts := t.Facts()
	p.line("### %s", t.Name)
	p.line("")
	p.line("%s", escape(facts["purpose"]))
	p.line("")
	p.line("- prefix: `%s`", t.Prefix())
	p.line("- phases: %s", strings.Join(t.Phases(), ", "))
	if mirror := facts["mirror"]; mirror != "" {
		p.line("- mirrors: Shopify's `%s`", mirror)
	}
	if len(incoming) > 0 {
		slices.Sort(incoming)
		p.line("- referred to by: %s", escape(strings.Join(incoming, ", ")))
	}
	if note := facts["note"]; note != "" {
		p.line("- note: %s", escape(note))
	}
	for _, check := range rowChecks(t) {
		p.line("- check: `%s`", check)
	}
	p.line("")
	p.columns(t)
	p.indexes(t)
}

func (p *printer) columns(t *catalog.Table) {
	p.line("| column | type | null | default | values, reference, meaning |")
	p.line("|---|---|---|---|---|")
	for i := range t.Columns {
		column := &t.Columns[i]
		if isCommon(column.Name) {
			continue
		}
		if half, isRaw := strings.CutPrefix(column.Name, "raw_"); isRaw {
			if _, found := t.Column(half); found {
				continue
			}
		}
		null := "yes"
		if column.NotNull {
			null = ""
		}
		p.line("| `%s` | %s | %s | %s | %s |", column.Name, typeName(t, column), null, code(defaultOf(column)), escape(meaning(t, column)))
	}
	p.line("")
}

func (p *printer) indexes(t *catalog.Table) {
	for _, index := range t.Indexes {
		_, using, found := strings.Cut(index.Definition, " USING ")
		if !found || index.Name == t.Prefix()+"pkey" {
			continue
		}
		using = strings.TrimPrefix(using, "btree ")
		if index.Unique {
			using = "unique " + using
		}
		p.line("- index `%s`: `%s`", index.Name, using)
	}
	p.line("")
}

func isCommon(column string) bool {
	return slices.Contains([]string{
		"id", "status", "labels", "annotations", "create_ts", "update_ts", "delete_ts",
		"shopify_gid", "source_create_ts", "source_update_ts", "sync_ts",
	}, column)
}

func typeName(t *catalog.Table, column *catalog.Column) string {
	if _, isMoney := t.Column("raw_" + column.Name); isMoney {
		return "money"
	}
	if column.Type == "timestamp with time zone" {
		return "timestamptz"
	}
	return column.Type
}

// defaultOf drops the casts that PostgreSQL adds.
func defaultOf(column *catalog.Column) string {
	text, _, _ := strings.Cut(column.Default, "::")
	return text
}

func meaning(t *catalog.Table, column *catalog.Column) string {
	var parts []string
	if values := t.Values(column.Name); values != nil {
		parts = append(parts, "one of "+strings.Join(values, ", "))
		if column.Type == "text[]" {
			parts[0] = "any of " + strings.Join(values, ", ")
		}
	}
	if ref, ok, _ := column.Reference(); ok {
		text := fmt.Sprintf("→ [%s](#%s).%s", ref.Table, ref.Table, ref.ToColumn)
		if ref.Prose != "" {
			text += ": " + ref.Prose
		}
		parts = append(parts, text)
	} else if column.Comment != "" {
		parts = append(parts, column.Comment)
	}
	return strings.Join(parts, ". ")
}

// rowChecks are the CHECKs over several columns that are not about money.
func rowChecks(t *catalog.Table) []string {
	var checks []string
	for _, c := range t.Constraints {
		if c.Type == "c" && c.Name == t.Prefix()+"row_check" {
			checks = append(checks, strings.TrimSuffix(strings.TrimPrefix(c.Definition, "CHECK ("), ")"))
		}
	}
	return checks
}

func escape(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", "&lt;").Replace(text)
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}
