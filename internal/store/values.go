package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Status is the status column: the one lifecycle field and what has been observed beside it.
type Status struct {
	Phase      string      `json:"phase"`
	Conditions []Condition `json:"conditions"`
}

// Condition is one observation about a row, in Kubernetes' form.
type Condition struct {
	Type               string    `json:"type"`
	Status             string    `json:"status"` // True, False or Unknown
	Reason             string    `json:"reason,omitempty"`
	Message            string    `json:"message,omitempty"`
	LastTransitionTime time.Time `json:"last_transition_ts"`
}

// Phase is a status with no conditions.
func Phase(phase string) Status { return Status{Phase: phase, Conditions: []Condition{}} }

// With returns the status with the condition set. The transition time moves only where the condition's status changes.
func (s Status) With(condition Condition) Status {
	conditions := slices.Clone(s.Conditions)
	at := slices.IndexFunc(conditions, func(c Condition) bool { return c.Type == condition.Type })
	switch {
	case at < 0:
		conditions = append(conditions, condition)
	case conditions[at].Status == condition.Status:
		condition.LastTransitionTime = conditions[at].LastTransitionTime
		conditions[at] = condition
	default:
		conditions[at] = condition
	}
	return Status{Phase: s.Phase, Conditions: conditions}
}

// Scan reads the column.
func (s *Status) Scan(src any) error { return scanJSON(src, s) }

// Value writes the column.
func (s Status) Value() (driver.Value, error) {
	if s.Conditions == nil {
		s.Conditions = []Condition{}
	}
	return valueJSON(s)
}

// Labels is the labels column: a flat map that selectors work on.
type Labels map[string]string

// Scan reads the column.
func (l *Labels) Scan(src any) error { return scanJSON(src, l) }

// Value writes the column; nil is the empty map.
func (l Labels) Value() (driver.Value, error) {
	if l == nil {
		return "{}", nil
	}
	return valueJSON(l)
}

// SpecSchemas maps a kind of artifact to the JSON Schema of its spec.
type SpecSchemas map[string]json.RawMessage

// Scan reads the column.
func (s *SpecSchemas) Scan(src any) error { return scanJSON(src, s) }

// Value writes the column.
func (s SpecSchemas) Value() (driver.Value, error) { return valueJSON(s) }

func valueJSON(v any) (driver.Value, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return string(text), nil
}

// scanJSON reads a JSON column; NULL is the zero value.
func scanJSON[T any](src any, into *T) error {
	var zero T
	*into = zero
	switch text := src.(type) {
	case nil:
		return nil
	case []byte:
		return json.Unmarshal(text, into)
	case string:
		return json.Unmarshal([]byte(text), into)
	default:
		return fmt.Errorf("a JSON column arrived as %T", src)
	}
}
