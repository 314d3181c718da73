package row

import (
	"time"

	"bluntcases.com/platform/internal/mirror/pgcopy"
)

// Opt is a value that may be missing.
type Opt[T any] struct {
	V  T
	OK bool
}

// Some is a value that is there.
func Some[T any](v T) Opt[T] { return Opt[T]{v, true} }

// Decimal is a NUMERIC as text.
type Decimal string

// JSON is a JSONB column that may be NULL.
type JSON string

// Object is a JSONB column that is '{}' where there is nothing.
type Object string

// Phase is the phase of a row's status.
type Phase string

// Annotations is the JSON object of the row's shopify/… annotations.
type Annotations string

// Mirror is what a row keeps of its Shopify object when that has times of its own.
type Mirror struct {
	GID     string    `col:"shopify_gid,null"`
	Created time.Time `col:"source_create_ts"`
	Updated time.Time `col:"source_update_ts"`
}

// Part is what a row keeps of a Shopify object that has no times: they are the aggregate's.
type Part struct {
	GID     string    `col:"shopify_gid,null"`
	Created time.Time `col:"source_create_ts,inherited"`
	Updated time.Time `col:"source_update_ts,inherited"`
}

// Row is a row that can be sent by COPY. At is the moment of the write, which becomes sync_ts.
type Row interface {
	Table() Table
	Encode(b *pgcopy.Buffer, at time.Time)
}

// Table names a table of the mirror and the columns that are sent, in their order.
type Table struct {
	Name    string
	Columns []string
}

func text(b *pgcopy.Buffer, s Object) {
	if s == "" {
		s = "{}"
	}
	b.JSON(string(s))
}

func phase(b *pgcopy.Buffer, p Phase) { b.JSON(`{"phase":"` + string(p) + `","conditions":[]}`) }
