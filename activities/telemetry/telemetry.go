// Package telemetry writes sync.telemetry: a workflow's start and end by its activity, a step's end by the interceptor's
// call. The events of commerce.telemetry go through the outbox and are activities/commerce's.
package telemetry

import (
	"context"
	"strings"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/streams"
)

// longest bounds an error's text: a message is a cause, not a dump.
const longest = 4000

// Publisher stores a message durably.
type Publisher interface {
	Publish(ctx context.Context, m streams.Message) (streams.Receipt, error)
}

// Sync tells sync.telemetry.
type Sync struct{ publisher Publisher }

// NewSync tells by p.
func NewSync(p Publisher) *Sync { return &Sync{publisher: p} }

// Tell stores the event, as one message under the event's id, and returns when it is durable.
func (s *Sync) Tell(ctx context.Context, e event.Sync) error {
	if len(e.ErrorMessage) > longest {
		e.ErrorMessage = strings.ToValidUTF8(e.ErrorMessage[:longest], "") + "…"
	}
	e.EventTS = e.EventTS.UTC().Truncate(time.Microsecond) // the table's precision
	message, err := streams.NewMessage(event.SubjectSync, e.EventID, []event.Sync{e})
	if err != nil {
		return err
	}
	_, err = s.publisher.Publish(ctx, message)
	return err
}

// EmitSync implements contract.EmitSync.
func (s *Sync) EmitSync(ctx context.Context, e event.Sync) (contract.EmitResult, error) {
	return contract.EmitResult{}, s.Tell(ctx, e)
}
