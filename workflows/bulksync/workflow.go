// Package bulksync is the platform's main job, Shopify Bulk Sync: it brings PostgreSQL, the archive and
// commerce.telemetry up to date with the store. Its steps, in order: open the windows, check access, mirror the shop,
// products beside customers, then orders; find deletions; publish the outbox; advance the watermarks; ask for a
// measurement. A failure before the watermarks leaves every one where it was, so that the next run covers the same again.
package bulksync

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/mirror"
)

// measuredAfterSync marks the histories of runs that ask for a measurement when they are done.
const measuredAfterSync = "measured-after-sync"

// historyBudget is where a run whose windows had to be bisected goes on in a new history.
const historyBudget = 200

// Workflow brings the entities up to date; none named means all.
func Workflow(ctx workflow.Context, in contract.BulkSyncInput) (contract.BulkSyncResult, error) {
	s, err := setup(ctx, in)
	if err != nil {
		return contract.BulkSyncResult{}, err
	}
	return s.run(ctx)
}

type sync struct {
	shared   *mirror.Run
	entities []contract.Entity
	state    contract.BulkSyncState
	first    bool // this history is the chain's first
}

func setup(ctx workflow.Context, in contract.BulkSyncInput) (*sync, error) {
	s := &sync{first: in.State == nil}
	for _, entity := range contract.MirroredEntities {
		if len(in.Entities) == 0 || slices.Contains(in.Entities, entity) {
			s.entities = append(s.entities, entity)
		}
	}
	id := ""
	if in.State != nil {
		id, s.state = in.State.RunID, *in.State
	}
	run, err := mirror.Start(ctx, id, s.state.Shown)
	if err != nil {
		return nil, err
	}
	s.shared = run
	if s.first {
		s.state = contract.BulkSyncState{
			RunID: run.ID, Began: workflow.Now(ctx),
			Windows: map[contract.Entity]contract.OpenedWindow{}, Left: map[contract.Entity][]contract.Window{},
			Slice: map[contract.Entity]int{}, Loaded: map[contract.Entity]contract.LoadResult{},
			Sweeps: map[contract.Entity][]contract.Window{}, Swept: map[contract.Entity]int{}, Deleted: map[contract.Entity]int64{},
		}
	}
	run.Shop = s.state.Access.Shop
	return s, nil
}

// run is the list of steps.
func (s *sync) run(ctx workflow.Context) (contract.BulkSyncResult, error) {
	if s.first {
		if err := s.open(ctx); err != nil {
			return contract.BulkSyncResult{}, err
		}
		if err := s.shop(ctx); err != nil {
			return contract.BulkSyncResult{}, err
		}
	}
	if err := s.mirror(ctx, "catalogue", contract.Products, contract.Customers); err != nil {
		return contract.BulkSyncResult{}, err
	}
	if err := s.mirror(ctx, "orders", contract.Orders); err != nil {
		return contract.BulkSyncResult{}, err
	}
	if err := s.sweep(ctx); err != nil {
		return contract.BulkSyncResult{}, err
	}
	if err := s.shared.Progress.Phase(ctx, "publishing"); err != nil {
		return contract.BulkSyncResult{}, err
	}
	published, err := s.shared.Publish(ctx, "publish")
	if err != nil {
		return contract.BulkSyncResult{}, err
	}
	marks, err := s.advance(ctx)
	if err != nil {
		return contract.BulkSyncResult{}, err
	}
	if workflow.GetVersion(ctx, measuredAfterSync, workflow.DefaultVersion, 1) >= 1 {
		s.shared.AskForRefresh(ctx)
	}
	return contract.BulkSyncResult{Loaded: s.state.Loaded, Deleted: s.state.Deleted, Events: published.Events, Marks: marks},
		s.shared.Progress.Phase(ctx, "done")
}

// open decides what the run covers, and whether the token may see it.
func (s *sync) open(ctx workflow.Context) error {
	if err := s.shared.Progress.Phase(ctx, "checking"); err != nil {
		return err
	}
	access := contract.CheckAccessInput{Entities: s.entities}
	for _, entity := range s.entities {
		opened, err := mirror.Step(ctx, s.shared, mirror.Quick, string(entity)+".window", string(entity)+": open window",
			contract.OpenWindow, contract.OpenWindowInput{Entity: entity, Now: s.state.Began})
		if err != nil {
			return err
		}
		s.state.Windows[entity], s.state.Left[entity] = opened, []contract.Window{opened.Window}
		if entity == contract.Orders {
			access.Since = opened.Window.From
		}
	}
	granted, err := mirror.Step(ctx, s.shared, mirror.Quick, "access", "check access", contract.CheckAccess, access)
	if err != nil {
		return err
	}
	s.state.Access, s.shared.Shop = granted, granted.Shop
	for _, entity := range s.entities {
		s.state.Sweeps[entity] = s.swept(entity)
	}
	return s.shared.Progress.Shop(ctx, granted.Shop)
}

func (s *sync) shop(ctx workflow.Context) error {
	if err := s.shared.Progress.Phase(ctx, "shop"); err != nil {
		return err
	}
	return s.shared.MirrorShop(ctx)
}

// mirror takes the entities side by side through all that is left of their windows. When the history has grown enough,
// it goes on in a new one.
func (s *sync) mirror(ctx workflow.Context, phase string, entities ...contract.Entity) error {
	if s.left(entities) == 0 {
		return nil
	}
	if err := s.shared.Progress.Phase(ctx, phase); err != nil {
		return err
	}
	ctx, stop := workflow.WithCancel(ctx)
	defer stop()
	group := workflow.NewWaitGroup(ctx)
	var failed error
	for _, entity := range entities {
		group.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer group.Done()
			if err := s.entity(ctx, entity); err != nil && failed == nil {
				failed = err
				stop() // the neighbour's work would be done again in any case
			}
		})
	}
	group.Wait(ctx)
	if failed != nil {
		return failed
	}
	if s.left(entities) > 0 {
		return s.continueAsNew(ctx)
	}
	return nil
}

func (s *sync) continueAsNew(ctx workflow.Context) error {
	s.state.Shown = s.shared.Progress.Shown()
	return workflow.NewContinueAsNewError(ctx, contract.BulkSyncWorkflow, contract.BulkSyncInput{Entities: s.entities, State: &s.state})
}

// mayGoOn tells whether the history has room for another slice.
func mayGoOn(ctx workflow.Context) bool {
	return workflow.GetInfo(ctx).GetCurrentHistoryLength() < historyBudget
}

func (s *sync) entity(ctx workflow.Context, entity contract.Entity) error {
	for len(s.state.Left[entity]) > 0 && mayGoOn(ctx) {
		s.state.Slice[entity]++
		loaded, halves, err := s.shared.Mirror(ctx, mirror.Slice{
			Entity: entity, Field: contract.ByUpdate, Window: s.state.Left[entity][0], Number: s.state.Slice[entity],
		})
		if err != nil {
			return err
		}
		s.state.Left[entity] = append(halves, s.state.Left[entity][1:]...)
		s.state.Loaded[entity] = s.state.Loaded[entity].Plus(loaded)
	}
	return nil
}

func (s *sync) left(entities []contract.Entity) (n int) {
	for _, entity := range entities {
		n += len(s.state.Left[entity])
	}
	return n
}

// sweep finds deletions.
func (s *sync) sweep(ctx workflow.Context) error {
	if err := s.shared.Progress.Phase(ctx, "deletions"); err != nil {
		return err
	}
	for _, entity := range []contract.Entity{contract.Products, contract.Orders} {
		for len(s.state.Sweeps[entity]) > 0 {
			if !mayGoOn(ctx) {
				return s.continueAsNew(ctx)
			}
			s.state.Swept[entity]++
			deleted, halves, err := s.shared.Sweep(ctx, entity, s.state.Sweeps[entity][0], s.state.Swept[entity])
			if err != nil {
				return err
			}
			s.state.Sweeps[entity] = append(halves, s.state.Sweeps[entity][1:]...)
			s.state.Deleted[entity] += deleted
		}
	}
	return nil
}

// swept is where deletions are looked for: products over all time, orders as far back as an incremental sync ever
// reaches and the token sees. Shopify's customers are not deleted but redacted.
func (s *sync) swept(entity contract.Entity) []contract.Window {
	window := contract.Window{To: s.state.Windows[entity].Window.To}
	switch entity {
	case contract.Products:
		return []contract.Window{window}
	case contract.Orders:
		window.From = window.To.Add(-contract.WatermarkFloor)
		return []contract.Window{mirror.Visible(window, window.To, s.state.Access.ReadAllOrders)}
	default:
		return nil
	}
}

// advance moves the watermarks, now that everything is stored and published.
func (s *sync) advance(ctx workflow.Context) (map[contract.Entity]contract.WatermarkMove, error) {
	if err := s.shared.Progress.Phase(ctx, "advancing"); err != nil {
		return nil, err
	}
	marks := map[contract.Entity]contract.WatermarkMove{}
	for _, entity := range s.entities {
		opened := s.state.Windows[entity]
		move, err := mirror.Step(ctx, s.shared, mirror.Quick, string(entity)+".advance", string(entity)+": advance watermark",
			contract.AdvanceWatermark, contract.AdvanceInput{
				Entity: entity, From: opened.Window.From, To: opened.Window.To,
				First: opened.First, Floored: opened.Floored, RunID: s.shared.ID,
			})
		if err != nil {
			return nil, err
		}
		marks[entity] = move
	}
	return marks, nil
}
