package shopify

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Kinds of faults. Those of requests are scoped by root field, those of bulk
// operations and downloads by the operation's root connection.
const (
	// Requests.
	FaultHTTP429    = "http_429"    // 429 with Retry-After
	FaultThrottled  = "throttled"   // 200 whose error is THROTTLED
	FaultHTTP5xx    = "http_5xx"    // Status (503)
	FaultSlow       = "slow"        // answered after DelayMS
	FaultReset      = "reset"       // nothing is done, the connection breaks
	FaultAnswerLost = "answer_lost" // all is done, but the connection breaks

	// Submissions of bulk queries.
	FaultInProgress   = "operation_in_progress"
	FaultLimitReached = "limit_reached"

	// Bulk operations.
	FaultBulkFailed     = "bulk_failed"     // FAILED after After roots, with partialDataUrl
	FaultBulkTimeout    = "bulk_timeout"    // FAILED with TIMEOUT where there are more than After roots
	FaultBulkCanceled   = "bulk_canceled"   // CANCELING, then CANCELED, after After roots
	FaultBulkExpired    = "bulk_expired"    // EXPIRED
	FaultBulkSlow       = "bulk_slow"       // takes DelayMS longer
	FaultDuplicateLines = "duplicate_lines" // each Every-th line comes twice
	FaultMalformedLine  = "malformed_line"  // line Line is cut in half
	FaultLostLines      = "lost_lines"      // line Line is missing, though counted
	FaultUnknownEnum    = "unknown_enum"    // Field ("Order.returnStatus") answers Value
	FaultNoWebhook      = "no_webhook"      // no bulk_operations/finish

	// Downloads.
	FaultDownloadReset     = "download_reset"     // the connection breaks after After bytes
	FaultDownloadTruncated = "download_truncated" // a whole answer of After bytes
	FaultDownloadSlow      = "download_slow"      // starts after DelayMS
	FaultDownload5xx       = "download_5xx"       // Status (503)
	FaultURLExpired        = "url_expired"

	// FaultMissingScope takes the scope Value away for as long as it stands.
	FaultMissingScope = "missing_scope"
)

// Fault is something that is to go wrong.
type Fault struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Operation scopes it: a root field such as "bulkOperationRunQuery", "nodes", "orders"; "" is all.
	Operation string `json:"operation,omitempty"`
	// Times is how often it strikes; 0 is until it is removed.
	Times int `json:"times,omitempty"`
	// Skip lets so many chances pass first.
	Skip int `json:"skip,omitempty"`
	// Rate is the share of chances at which it strikes; 0 is all.
	Rate float64 `json:"rate,omitempty"`

	Status  int    `json:"status,omitempty"`
	DelayMS int    `json:"delay_ms,omitempty"`
	After   int    `json:"after,omitempty"`
	Every   int    `json:"every,omitempty"`
	Line    int    `json:"line,omitempty"`
	Field   string `json:"field,omitempty"`
	Value   string `json:"value,omitempty"`

	// Hits is how often it has struck.
	Hits int `json:"hits"`
}

func (f *Fault) delay() time.Duration { return time.Duration(f.DelayMS) * time.Millisecond }

func (f *Fault) status(otherwise int) int {
	if f.Status != 0 {
		return f.Status
	}
	return otherwise
}

func (f *Fault) field() (typ, field string) {
	typ, field, _ = strings.Cut(f.Field, ".")
	return typ, field
}

// faultKinds lists all kinds; those that belong to an operation as a whole are true.
func faultKinds() map[string]bool {
	return map[string]bool{
		FaultHTTP429: false, FaultThrottled: false, FaultHTTP5xx: false, FaultSlow: false, FaultReset: false,
		FaultAnswerLost: false, FaultInProgress: false, FaultLimitReached: false,
		FaultBulkFailed: true, FaultBulkTimeout: true, FaultBulkCanceled: true, FaultBulkExpired: true,
		FaultBulkSlow: true, FaultDuplicateLines: true, FaultMalformedLine: true, FaultLostLines: true,
		FaultUnknownEnum: true, FaultNoWebhook: true,
		FaultDownloadReset: false, FaultDownloadTruncated: false, FaultDownloadSlow: false, FaultDownload5xx: false,
		FaultURLExpired: false, FaultMissingScope: false,
	}
}

// faults holds the rules. Chances are drawn from a seeded source, so that a
// test sees the same faults each time.
type faults struct {
	mu    sync.Mutex
	rules []*Fault
	made  int
	dice  *rand.Rand
}

func newFaults() *faults { return &faults{dice: rand.New(rand.NewPCG(1, 2))} }

func (f *faults) add(rule Fault) (Fault, error) {
	if _, ok := faultKinds()[rule.Kind]; !ok {
		return rule, fmt.Errorf("unknown kind of fault %q", rule.Kind)
	}
	if rule.Kind == FaultUnknownEnum && (!strings.Contains(rule.Field, ".") || rule.Value == "") {
		return rule, fmt.Errorf("%s needs a field (Type.field) and a value", rule.Kind)
	}
	if rule.Kind == FaultMissingScope && rule.Value == "" {
		return rule, fmt.Errorf("%s needs the scope as its value", rule.Kind)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.made++
	rule.ID, rule.Hits = fmt.Sprintf("fault-%d", f.made), 0
	f.rules = append(f.rules, &rule)
	return rule, nil
}

func (f *faults) list() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]Fault, len(f.rules))
	for i, r := range f.rules {
		all[i] = *r
	}
	return all
}

// remove takes a rule away, or all of them where the id is "".
func (f *faults) remove(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := f.rules[:0]
	for _, r := range f.rules {
		if id != "" && r.ID != id {
			kept = append(kept, r)
		}
	}
	f.rules = kept
}

// draw gives the fault of a kind that strikes now, or nil. The names are what
// it may be scoped by.
func (f *faults) draw(kind string, names ...string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.rules {
		if r.Kind == kind && r.concerns(names) && f.strikes(r) {
			hit := *r
			return &hit
		}
	}
	return nil
}

// drawFor gives all faults that strike a new bulk operation.
func (f *faults) drawFor(root string) []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	kinds := faultKinds()
	var all []Fault
	for _, r := range f.rules {
		if kinds[r.Kind] && r.concerns([]string{root}) && f.strikes(r) {
			all = append(all, *r)
		}
	}
	return all
}

// withdrawn tells whether a scope has been taken away.
func (f *faults) withdrawn(scope string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.rules {
		if r.Kind == FaultMissingScope && r.Value == scope {
			return true
		}
	}
	return false
}

func (r *Fault) concerns(names []string) bool {
	if r.Operation == "" {
		return true
	}
	for _, n := range names {
		if n == r.Operation {
			return true
		}
	}
	return false
}

func (f *faults) strikes(r *Fault) bool {
	switch {
	case r.Times > 0 && r.Hits >= r.Times:
		return false
	case r.Skip > 0:
		r.Skip--
		return false
	case r.Rate > 0 && f.dice.Float64() >= r.Rate:
		return false
	}
	r.Hits++
	return true
}
