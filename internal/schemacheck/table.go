package schemacheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/catalog"
	"bluntcases.com/platform/internal/uid"
)

const (
	text        = "text"
	texts       = "text[]"
	integer     = "integer"
	bigint      = "bigint"
	numeric     = "numeric"
	boolean     = "boolean"
	jsonb       = "jsonb"
	timestamptz = "timestamp with time zone"
	date        = "date"
)

const maxName = 63 // bytes; PostgreSQL cuts longer names off

// prefix holds id to the table's own prefix.
func (c *checker) prefix(t *catalog.Table) {
	prefix := t.Prefix()
	want, known := uid.Of(t.Name)
	if known && prefix != string(want) {
		c.violated(t.Name, prefix+"pkey", "prefix", "the primary key's name gives the prefix %q, the table's is %q", prefix, want)
		prefix = string(want)
	}
	id, found := t.Column("id")
	if !found || id.Type != text {
		c.violated(t.Name, "id", "prefix", "there is no text column id")
		return
	}
	if check := fmt.Sprintf(`CHECK ((id ~~ '%s'::text))`, strings.ReplaceAll(prefix, "_", `\_`)+"%"); !t.HasCheck(check) {
		c.violated(t.Name, "id", "prefix", "has no CHECK that it begins with %s", prefix)
	}
	if !slices.ContainsFunc(t.Constraints, func(k catalog.Constraint) bool { return k.Type == "p" && k.Definition == "PRIMARY KEY (id)" }) {
		c.violated(t.Name, "id", "prefix", "is not the primary key")
	}
}

// common holds the columns that every table has.
func (c *checker) common(t *catalog.Table) {
	for _, want := range []catalog.Column{
		{Name: "status", Type: jsonb, NotNull: true},
		{Name: "labels", Type: jsonb, NotNull: true, Default: "'{}'::jsonb"},
		{Name: "annotations", Type: jsonb, NotNull: true, Default: "'{}'::jsonb"},
		{Name: "create_ts", Type: timestamptz, NotNull: true, Default: "now()"},
		{Name: "update_ts", Type: timestamptz, NotNull: true, Default: "now()"},
		{Name: "delete_ts", Type: timestamptz},
	} {
		have, found := t.Column(want.Name)
		switch {
		case !found:
			c.violated(t.Name, want.Name, "common columns", "is missing")
		case have.Type != want.Type || have.NotNull != want.NotNull:
			c.violated(t.Name, want.Name, "common columns", "is %s, null %v; it must be %s, null %v", have.Type, !have.NotNull, want.Type, !want.NotNull)
		case want.Name != "status" && have.Default != want.Default:
			c.violated(t.Name, want.Name, "common columns", "has the default %q, not %q", have.Default, want.Default)
		}
	}
	for _, column := range []string{"labels", "annotations"} {
		if !t.HasCheck(fmt.Sprintf("CHECK ((jsonb_typeof(%s) = 'object'::text))", column)) {
			c.violated(t.Name, column, "common columns", "has no CHECK that it is an object")
		}
	}
	phases := t.Phases()
	if len(phases) == 0 {
		c.violated(t.Name, "status", "phases", "has no CHECK of its phase")
		return
	}
	status, found := t.Column("status")
	if want := fmt.Sprintf(`'{"phase": "%s", "conditions": []}'::jsonb`, phases[0]); found && status.Default != want {
		c.violated(t.Name, "status", "phases", "does not begin in the first of its phases, %s", phases[0])
	}
}

// mirror holds mirrored tables to their four columns, and to saying what they mirror.
func (c *checker) mirror(t *catalog.Table) {
	_, declared := t.Facts()["mirror"]
	if declared != t.IsMirror() {
		c.violated(t.Name, "shopify_gid", "mirror", "column and the comment's mirror line do not agree")
	}
	if !declared {
		return
	}
	for name, kind := range map[string]string{"shopify_gid": text, "source_create_ts": timestamptz, "source_update_ts": timestamptz, "sync_ts": timestamptz} {
		if column, found := t.Column(name); !found || column.Type != kind || column.NotNull {
			c.violated(t.Name, name, "mirror", "must be a %s that may be null", kind)
		}
	}
	unique := func(i catalog.Index) bool {
		return i.Unique && i.Predicate == "" && strings.HasSuffix(i.Definition, "(shopify_gid)")
	}
	if !slices.ContainsFunc(t.Indexes, unique) {
		c.violated(t.Name, "shopify_gid", "mirror", "is not unique over all rows")
	}
}

var moduleForm = regexp.MustCompile(`^\d\d [A-Z]`)

// comment holds the table to saying what it is and where it belongs.
func (c *checker) comment(t *catalog.Table) {
	facts := t.Facts()
	if facts["purpose"] == "" {
		c.violated(t.Name, "", "comments", "has no comment")
	}
	if !moduleForm.MatchString(facts["module"]) {
		c.violated(t.Name, "", "comments", "has a comment without a line module: <number> <name>")
	}
}

// names holds constraints and indexes to beginning with the prefix and saying what they are.
func (c *checker) names(t *catalog.Table) {
	prefix := t.Prefix()
	suffixes := map[string]string{"p": "pkey", "u": "_key", "c": "_check"}
	for _, constraint := range t.Constraints {
		c.name(t, constraint.Name, prefix, suffixes[constraint.Type])
	}
	for _, index := range t.Indexes {
		suffix := "_idx"
		switch {
		case index.Name == prefix+"pkey":
			suffix = "pkey"
		case index.Unique:
			suffix = "_key"
		case index.Method == "gin":
			suffix = "_gin"
		}
		c.name(t, index.Name, prefix, suffix)
	}
}

func (c *checker) name(t *catalog.Table, name, prefix, suffix string) {
	if !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, suffix) {
		c.violated(t.Name, name, "names", "must begin with %s and end in %s", prefix, suffix)
	}
	if len(name) > maxName {
		c.violated(t.Name, name, "names", "is longer than %d bytes", maxName)
	}
}

// times holds times and days to their types and names.
func (c *checker) times(t *catalog.Table) {
	for _, column := range t.Columns {
		isTime, isDay := column.Type == timestamptz, column.Type == date
		switch {
		case isTime != strings.HasSuffix(column.Name, "_ts"):
			c.violated(t.Name, column.Name, "times", "is %s: a time is timestamptz and its name ends in _ts, and nothing else's does", column.Type)
		case isDay != strings.HasSuffix(column.Name, "_date"):
			c.violated(t.Name, column.Name, "times", "is %s: a day is date and its name ends in _date, and nothing else's does", column.Type)
		case strings.HasSuffix(column.Name, "_at"):
			c.violated(t.Name, column.Name, "times", "ends in _at")
		}
	}
}
