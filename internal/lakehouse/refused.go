package lakehouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// RefusedEvent is a dead letter that nobody has dealt with yet.
type RefusedEvent struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Stream   string    `json:"stream"`
	Subject  string    `json:"subject"`
	Sequence uint64    `json:"sequence"`
	Line     int       `json:"line"`
	Reason   string    `json:"reason"`
	Payload  string    `json:"payload"`
}

// DeadLetterFilter chooses dead letters. Zero values do not restrict.
type DeadLetterFilter struct {
	IDs    []string
	Stream string
	Reason string
	Whole  bool          // only those whose text is whole
	After  *RefusedEvent // the last of the page before
	Limit  int           // 0 means 100
}

// DeadLetters lists refused events, oldest first, that were neither redriven nor dismissed. It reads what has landed; an
// event that was refused within the last roll's age may not be there yet.
func (l *Lake) DeadLetters(ctx context.Context, f DeadLetterFilter) ([]RefusedEvent, error) {
	result, err := l.Query(ctx, f.query(), time.Time{})
	if err != nil {
		return nil, err
	}
	defer result.Close()
	var all []RefusedEvent
	for {
		row, err := result.Next()
		if err != nil || row == nil {
			return all, err
		}
		var e RefusedEvent
		ok := make([]bool, 8)
		e.ID, ok[0] = row[0].(string)
		e.At, ok[1] = row[1].(time.Time)
		e.Stream, ok[2] = row[2].(string)
		e.Subject, ok[3] = row[3].(string)
		sequence, isInt := row[4].(int64)
		e.Sequence, ok[4] = uint64(sequence), isInt
		line, isInt := row[5].(int32)
		e.Line, ok[5] = int(line), isInt
		e.Reason, ok[6] = row[6].(string)
		e.Payload, ok[7] = row[7].(string)
		for i, good := range ok {
			if !good && row[i] != nil {
				return nil, fault.New(fault.Internal, "%s: column %d is a %T", DeadLetter, i, row[i])
			}
		}
		all = append(all, e)
	}
}

// DeadLetterCount is how many refused events are open of one stream with one reason.
type DeadLetterCount struct {
	Stream string `json:"stream"`
	Reason string `json:"reason"`
	Events int64  `json:"events"`
}

// CountDeadLetters counts what DeadLetters lists, over all pages, by stream and reason.
func (l *Lake) CountDeadLetters(ctx context.Context, f DeadLetterFilter) ([]DeadLetterCount, error) {
	f.After = nil
	result, err := l.Query(ctx, "SELECT r.stream, r.reason, count(*) FROM "+f.open()+" GROUP BY ALL ORDER BY ALL", time.Time{})
	if err != nil {
		return nil, err
	}
	defer result.Close()
	all := []DeadLetterCount{}
	for {
		row, err := result.Next()
		if err != nil || row == nil {
			return all, err
		}
		stream, isStream := row[0].(string)
		reason, isReason := row[1].(string)
		events, isCount := row[2].(int64)
		if !isStream || !isReason || !isCount {
			return nil, fault.New(fault.Internal, "%s: its counts are a %T, a %T and a %T", DeadLetter, row[0], row[1], row[2])
		}
		all = append(all, DeadLetterCount{stream, reason, events})
	}
}

func (f DeadLetterFilter) query() string {
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	return "SELECT r.dead_letter_id, r.event_ts, r.stream, r.subject, r.sequence, r.line, r.reason, r.payload FROM " +
		f.open() + fmt.Sprintf(" ORDER BY r.event_ts, r.dead_letter_id LIMIT %d", limit)
}

// open is the table and the conditions of what is listed.
func (f DeadLetterFilter) open() string {
	where := []string{
		"r.event_type = 'refused'",
		"NOT EXISTS (FROM sync.dead_letter AS d WHERE d.dead_letter_id = r.dead_letter_id AND d.event_type <> 'refused')",
	}
	if len(f.IDs) > 0 {
		where = append(where, "r.dead_letter_id IN "+duck.List(f.IDs))
	}
	if f.Stream != "" {
		where = append(where, "r.stream = "+duck.Text(f.Stream))
	}
	if f.Reason != "" {
		where = append(where, "r.reason = "+duck.Text(f.Reason))
	}
	if f.Whole {
		where = append(where, "r.reason NOT IN ("+duck.Text(ReasonTooLarge)+", "+duck.Text(ReasonUndecodable)+")")
	}
	if f.After != nil {
		where = append(where, fmt.Sprintf("(r.event_ts, r.dead_letter_id) > (%s, %s)", timestamp(f.After.At), duck.Text(f.After.ID)))
	}
	return "sync.dead_letter AS r WHERE " + strings.Join(where, " AND ")
}
