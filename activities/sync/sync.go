// Package sync holds the activities around a run that speak neither to Shopify nor to PostgreSQL: which window it
// covers, how its watermarks move, and what its archive holds.
package sync

import (
	"context"
	"iter"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/objects"
)

// Watermarks reads and moves the watermarks.
type Watermarks interface {
	Get(ctx context.Context, key string) (contract.WatermarkState, error)
	Advance(ctx context.Context, key string, in contract.AdvanceInput) (contract.WatermarkMove, error)
}

// Archive lists and describes archived objects.
type Archive interface {
	List(ctx context.Context, prefix string) iter.Seq2[objects.Info, error]
	Head(ctx context.Context, key string) (objects.Info, error)
}

// Options are what an operator may set.
type Options struct {
	Shop      string        // myshopify domain
	Overlap   time.Duration // how far before its watermark a window begins
	SearchLag time.Duration // how far before now a window ends
}

// Activities carries what the activities need.
type Activities struct {
	watermarks Watermarks
	archive    Archive
	options    Options
	now        func() time.Time
}

// New makes the activities; now is the process's clock.
func New(w Watermarks, archive Archive, options Options, now func() time.Time) *Activities {
	return &Activities{watermarks: w, archive: archive, options: options, now: now}
}
