// Package backfill loads any range of a store's history, by the same steps as the sync, in slices whose width adapts to
// how many orders the shop had then, and finds the orders of the range that the shop no longer has. It runs beside the
// daily sync: it opens no window and moves no watermark. It can be paused, resumed and canceled, and its history stays
// small however long the range is.
package backfill

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/mirror"
)

const (
	// historyBudget is where a backfill goes on in a new history, between two slices.
	historyBudget = 200
	// target is how many orders a slice should have: a few minutes' work to lose, and an archive of some 100 MB.
	target = 50_000
	// firstWidth, minWidth and maxWidth bound a slice.
	firstWidth = 30 * 24 * time.Hour
	minWidth   = time.Hour
	maxWidth   = 5 * 365 * 24 * time.Hour
)

// Workflow loads the range.
func Workflow(ctx workflow.Context, in contract.BackfillInput) (contract.BackfillResult, error) {
	b, err := setup(ctx, in)
	if err != nil {
		return contract.BackfillResult{}, err
	}
	return b.run(ctx)
}

type backfill struct {
	shared   *mirror.Run
	in       contract.BackfillInput
	state    contract.BackfillState
	entities []contract.Entity
	first    bool // this history is the chain's first
}

func setup(ctx workflow.Context, in contract.BackfillInput) (*backfill, error) {
	b := &backfill{in: in, first: in.State == nil}
	for _, entity := range contract.MirroredEntities {
		if len(in.Entities) == 0 || slices.Contains(in.Entities, entity) {
			b.entities = append(b.entities, entity)
		}
	}
	id := ""
	if in.State != nil {
		id, b.state = in.State.RunID, *in.State
	}
	run, err := mirror.Start(ctx, id, b.state.Shown)
	if err != nil {
		return nil, err
	}
	b.shared = run
	if b.first {
		b.state = contract.BackfillState{RunID: run.ID, Slice: map[contract.Entity]int{}, Loaded: map[contract.Entity]contract.LoadResult{}}
		if b.in.To.IsZero() {
			b.in.To = workflow.Now(ctx).UTC()
		}
		if !b.in.From.IsZero() && b.in.From.Before(contract.Beginning) {
			b.in.From = contract.Beginning
		}
		b.begin(b.entities[0])
	}
	run.Shop = b.state.Shop
	return b, b.handlePauses(ctx)
}

func (b *backfill) handlePauses(ctx workflow.Context) error {
	set := func(paused bool) func(workflow.Context) (contract.BackfillState, error) {
		return func(workflow.Context) (contract.BackfillState, error) {
			b.state.Paused = paused
			return b.state, nil
		}
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, contract.UpdatePause, set(true),
		workflow.UpdateHandlerOptions{Description: "Finish the slice under way, then wait"}); err != nil {
		return err
	}
	return workflow.SetUpdateHandlerWithOptions(ctx, contract.UpdateResume, set(false),
		workflow.UpdateHandlerOptions{Description: "Go on with the next slice"})
}

// begin turns to the entity.
func (b *backfill) begin(entity contract.Entity) {
	b.state.Entity, b.state.Width = entity, firstWidth
	if entity == contract.Orders {
		b.state.Left, b.state.Next = nil, b.in.From
		return
	}
	b.state.Left, b.state.Next = []contract.Window{{To: b.in.To}}, b.in.To
}

// run is the list of steps.
func (b *backfill) run(ctx workflow.Context) (contract.BackfillResult, error) {
	if b.first {
		if err := b.open(ctx); err != nil {
			return contract.BackfillResult{}, err
		}
	}
	for at := slices.Index(b.entities, b.state.Entity); at < len(b.entities); at++ {
		if b.state.Entity != b.entities[at] {
			b.begin(b.entities[at])
		}
		if err := b.shared.Progress.Phase(ctx, string(b.state.Entity)); err != nil {
			return contract.BackfillResult{}, err
		}
		if err := b.entity(ctx); err != nil {
			return contract.BackfillResult{}, err
		}
	}
	if err := b.sweep(ctx); err != nil {
		return contract.BackfillResult{}, err
	}
	return contract.BackfillResult{Loaded: b.state.Loaded, Deleted: b.state.Deleted, Events: b.state.Events}, b.shared.Progress.Phase(ctx, "done")
}

func (b *backfill) open(ctx workflow.Context) error {
	if err := b.shared.Progress.Phase(ctx, "checking"); err != nil {
		return err
	}
	access := contract.CheckAccessInput{Entities: b.entities}
	if slices.Contains(b.entities, contract.Orders) {
		access.Since = b.in.From
	}
	granted, err := mirror.Step(ctx, b.shared, mirror.Quick, "access", "check access", contract.CheckAccess, access)
	if err != nil {
		return err
	}
	b.state.Shop, b.shared.Shop = granted.Shop, granted.Shop
	if err := b.shared.Progress.Shop(ctx, granted.Shop); err != nil {
		return err
	}
	if slices.Contains(b.entities, contract.Orders) {
		// Deletions are looked for in all of the range: the first order that there is may not be the first that there was.
		b.state.Sweeps = []contract.Window{mirror.Visible(contract.Window{From: b.in.From, To: b.in.To}, workflow.Now(ctx), granted.ReadAllOrders)}
		if b.in.From.IsZero() {
			if err := b.findBeginning(ctx); err != nil {
				return err
			}
		}
	}
	return b.shared.MirrorShop(ctx)
}

// findBeginning lets the range begin where the shop's orders do.
func (b *backfill) findBeginning(ctx workflow.Context) error {
	b.in.From = contract.Beginning
	if workflow.GetVersion(ctx, "begin-at-the-first-order", workflow.DefaultVersion, 1) != workflow.DefaultVersion {
		first, err := mirror.Step(ctx, b.shared, mirror.Quick, "orders.first", "orders: find the first", contract.FindFirstOrder, contract.FindFirstOrderInput{})
		if err != nil {
			return err
		}
		b.in.From = first.Created.Truncate(time.Second)
		if first.Created.IsZero() || first.Created.After(b.in.To) {
			b.in.From = b.in.To
		}
	}
	if b.state.Entity == contract.Orders {
		b.begin(contract.Orders)
	}
	return nil
}

// entity loads slice after slice, each one published before the next begins.
func (b *backfill) entity(ctx workflow.Context) error {
	for len(b.state.Left) > 0 || b.state.Next.Before(b.in.To) {
		if err := b.rest(ctx); err != nil {
			return err
		}
		if len(b.state.Left) == 0 {
			b.cut()
		}
		if err := b.slice(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rest is between two slices: it waits while the backfill is paused, and goes on in a new history when this one has
// grown enough.
func (b *backfill) rest(ctx workflow.Context) error {
	if err := b.waitWhilePaused(ctx); err != nil {
		return err
	}
	if workflow.GetInfo(ctx).GetCurrentHistoryLength() < historyBudget {
		return nil
	}
	b.state.Shown = b.shared.Progress.Shown()
	in := b.in
	in.State = &b.state
	return workflow.NewContinueAsNewError(ctx, contract.BackfillWorkflow, in)
}

// sweep finds the orders of the range that the shop no longer has. The daily sync looks for them as far back as it ever
// reaches, and for products over all time.
func (b *backfill) sweep(ctx workflow.Context) error {
	if len(b.state.Sweeps) == 0 ||
		workflow.GetVersion(ctx, "find-deletions", workflow.DefaultVersion, 1) == workflow.DefaultVersion {
		return nil
	}
	if err := b.shared.Progress.Phase(ctx, "deletions"); err != nil {
		return err
	}
	for len(b.state.Sweeps) > 0 {
		if err := b.rest(ctx); err != nil {
			return err
		}
		b.state.Swept++
		deleted, halves, err := b.shared.Sweep(ctx, contract.Orders, b.state.Sweeps[0], b.state.Swept)
		if err != nil {
			return err
		}
		b.state.Sweeps = append(halves, b.state.Sweeps[1:]...)
		b.state.Deleted += deleted
	}
	return nil
}

// cut takes the next slice off the range.
func (b *backfill) cut() {
	to := b.state.Next.Add(b.state.Width)
	if to.After(b.in.To) {
		to = b.in.To
	}
	b.state.Left, b.state.Next = []contract.Window{{From: b.state.Next, To: to}}, to
}

func (b *backfill) slice(ctx workflow.Context) error {
	entity, window := b.state.Entity, b.state.Left[0]
	b.state.Slice[entity]++
	loaded, halves, err := b.shared.Mirror(ctx, mirror.Slice{
		Entity: entity, Field: contract.ByCreate, Window: window, Number: b.state.Slice[entity],
	})
	if err != nil {
		return err
	}
	b.state.Left = append(halves, b.state.Left[1:]...)
	if len(halves) > 0 {
		b.state.Width = max(minWidth, window.To.Sub(window.From)/2)
		return nil
	}
	b.state.Width = NextWidth(window.To.Sub(window.From), loaded.Roots)
	b.state.Loaded[entity] = b.state.Loaded[entity].Plus(loaded)
	published, err := b.shared.Publish(ctx, contract.SlicePart(entity, b.state.Slice[entity])+".publish")
	b.state.Events += published.Events
	return err
}

// NextWidth is how wide a slice should be after one of the given width had so many root objects. It changes by a factor
// of four at most, so that one odd week does not decide over a year.
func NextWidth(width time.Duration, roots int64) time.Duration {
	factor := 4.0
	if roots > 0 {
		factor = min(4, max(0.25, float64(target)/float64(roots)))
	}
	return min(maxWidth, max(minWidth, time.Duration(float64(min(width, maxWidth))*factor)))
}

func (b *backfill) waitWhilePaused(ctx workflow.Context) error {
	if !b.state.Paused {
		return nil
	}
	if err := b.shared.Progress.Phase(ctx, "paused"); err != nil {
		return err
	}
	if err := workflow.Await(ctx, func() bool { return !b.state.Paused }); err != nil {
		return err
	}
	return b.shared.Progress.Phase(ctx, string(b.state.Entity))
}
