package shopify

import (
	"strconv"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

// States of a bulk operation. CANCELING is not final.
const (
	created   = "CREATED"
	running   = "RUNNING"
	canceling = "CANCELING"
	canceled  = "CANCELED"
	completed = "COMPLETED"
	failed    = "FAILED"
	expired   = "EXPIRED"
)

// operation is a bulk operation, as its file keeps it.
type operation struct {
	ID         int64         `json:"id"`
	Query      string        `json:"query"`
	Group      bool          `json:"group"`
	Root       string        `json:"root"` // the root connection, for faults and counts
	Status     string        `json:"status"`
	ErrorCode  string        `json:"error_code,omitempty"`
	Client     string        `json:"client"`
	Base       string        `json:"base"` // of the result's URL
	Created    store.Instant `json:"created"`
	Completed  store.Instant `json:"completed,omitempty"`
	Objects    int64         `json:"objects"`
	Roots      int64         `json:"roots"`
	Size       int64         `json:"size"`
	Partial    bool          `json:"partial,omitempty"`   // the result is what was there when it stopped
	Cancelled  bool          `json:"cancelled,omitempty"` // somebody asked for that
	Faults     []Fault       `json:"faults,omitempty"`    // that were drawn for it
	resultURL  string
	partialURL string
}

func (o *operation) final() bool {
	switch o.Status {
	case canceled, completed, failed, expired:
		return true
	}
	return false
}

// fault gives the fault of a kind that was drawn for the operation, or nil.
func (o *operation) fault(kind string) *Fault {
	for i := range o.Faults {
		if o.Faults[i].Kind == kind {
			return &o.Faults[i]
		}
	}
	return nil
}

func defineBulk(r *graph.Registry) {
	r.Define("BulkOperation", []string{"Node"},
		graph.Scalar("id", func(o *operation) any { return store.GID("BulkOperation", o.ID) }),
		graph.Scalar("status", func(o *operation) any { return o.Status }),
		graph.Scalar("errorCode", func(o *operation) any { return orNil(o.ErrorCode) }),
		graph.Scalar("type", func(*operation) any { return "QUERY" }),
		graph.Scalar("query", func(o *operation) any { return o.Query }),
		graph.Scalar("createdAt", func(o *operation) any { return o.Created }),
		graph.Scalar("completedAt", func(o *operation) any { return instant(o.Completed) }),
		graph.Scalar("objectCount", func(o *operation) any { return strconv.FormatInt(o.Objects, 10) }),
		graph.Scalar("rootObjectCount", func(o *operation) any { return strconv.FormatInt(o.Roots, 10) }),
		graph.Scalar("fileSize", func(o *operation) any {
			if o.resultURL == "" && o.partialURL == "" {
				return nil
			}
			return strconv.FormatInt(o.Size, 10)
		}),
		graph.Scalar("url", func(o *operation) any { return orNil(o.resultURL) }),
		graph.Scalar("partialDataUrl", func(o *operation) any { return orNil(o.partialURL) }),
	)
}

func (e *env) findOperations(a graph.Arguments) (graph.List, error) {
	zero := &operation{}
	or := func(read func(*operation) any) term[*operation] {
		return func(o *operation) any {
			if o == nil {
				o = zero
			}
			return read(o)
		}
	}
	matches, err := parseSearch(a.String("query"), map[string]term[*operation]{
		"status":         or(func(o *operation) any { return o.Status }),
		"operation_type": or(func(*operation) any { return "QUERY" }),
		"created_at":     or(func(o *operation) any { return o.Created }),
		"id":             or(func(o *operation) any { return o.ID }),
	})
	if err != nil {
		return nil, err
	}
	f := &found[*operation]{id: func(o *operation) int64 { return o.ID }, reverse: a.Bool("reverse")}
	f.key = func(o *operation) int64 { return int64(o.Created) }
	if a.String("sortKey") == "COMPLETED_AT" {
		f.key = func(o *operation) int64 { return int64(o.Completed) }
	}
	for _, o := range e.server.bulk.list() {
		if matches(o) {
			f.items = append(f.items, o)
		}
	}
	return f.sort(), nil
}
