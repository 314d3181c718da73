package contract

import (
	"fmt"
	"strings"
	"time"
)

// Workflow types and ids. What has one id cannot run twice at once.
const (
	BulkSyncWorkflow = "ShopifyBulkSync"
	BackfillWorkflow = "ShopifyBackfill"
	ReplayWorkflow   = "ArchiveReplay"

	BulkSyncID = "shopify-bulk-sync"
	BackfillID = "shopify-backfill"
)

// ReplayID is the id of a run's replay.
func ReplayID(runID string) string { return "archive-replay-" + runID }

// Queries, updates and signals of the sync, the backfill and the replay.
const (
	QueryProgress           = "progress"           // → Progress
	SignalOperationFinished = "operation_finished" // OperationFinished: wakes the poll
	UpdatePause             = "pause"              // backfill only
	UpdateResume            = "resume"
)

// Activities of the Shopify bulk sync, in the order of its steps.
var (
	CheckAccess      = Activity[CheckAccessInput, Access]{"shopify.CheckAccess"}
	FindFirstOrder   = Activity[FindFirstOrderInput, FirstOrder]{"shopify.FindFirstOrder"}
	OpenWindow       = Activity[OpenWindowInput, OpenedWindow]{"sync.OpenWindow"}
	FetchShop        = Activity[FetchShopInput, Archive]{"shopify.FetchShop"}
	LoadShop         = Activity[LoadInput, LoadResult]{"commerce.LoadShop"}
	SubmitOperation  = Activity[SubmitInput, Operation]{"shopify.SubmitOperation"}
	AwaitOperation   = Activity[Operation, OperationResult]{"shopify.AwaitOperation"}
	ArchiveResult    = Activity[ArchiveInput, Archive]{"shopify.ArchiveResult"}
	FetchDetails     = Activity[FetchDetailsInput, Archive]{"shopify.FetchDetails"}
	LoadArchive      = Activity[LoadInput, LoadResult]{"commerce.LoadArchive"}
	FindDeletions    = Activity[FindDeletionsInput, Deletions]{"commerce.FindDeletions"}
	PublishOutbox    = Activity[PublishInput, PublishResult]{"telemetry.PublishOutbox"}
	AdvanceWatermark = Activity[AdvanceInput, WatermarkMove]{"sync.AdvanceWatermark"}
	ListArchive      = Activity[ListArchiveInput, ArchivedRun]{"sync.ListArchive"}
)

// Entity is a kind of Shopify root object that is mirrored.
type Entity string

// The entities.
const (
	Products  Entity = "products"
	Customers Entity = "customers"
	Orders    Entity = "orders"
	Shop      Entity = "shop" // the shop and its locations; always loaded whole
)

// MirroredEntities are those that have a watermark, in the order in which they are loaded.
var MirroredEntities = []Entity{Products, Customers, Orders}

// Watermark is the key of the entity's watermark, which is also the id of its workflow.
func (e Entity) Watermark() string { return string(e) + "_last_watermark" }

// Window is the half-open interval of a root object's time that an operation covers, in UTC. A zero From means from
// the beginning.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Beginning is before anything that a store on Shopify can hold.
var Beginning = time.Date(2006, 1, 1, 0, 0, 0, 0, time.UTC)

// Halves splits the window in the middle. The second half is false when it is too short to be split.
func (w Window) Halves() (Window, Window, bool) {
	from := w.From
	if from.IsZero() {
		from = Beginning
	}
	middle := from.Add(w.To.Sub(from) / 2).Truncate(time.Second)
	if !middle.After(from) || !w.To.After(middle) {
		return w, Window{}, false
	}
	return Window{w.From, middle}, Window{middle, w.To}, true
}

// WindowField is the time by which an operation selects root objects.
type WindowField string

// The fields.
const (
	ByUpdate WindowField = "updated_at" // the daily sync
	ByCreate WindowField = "created_at" // backfill slices and deletion sweeps: a root never moves between slices
)

// Selection is what an operation reads.
type Selection string

// The selections.
const (
	Whole   Selection = "whole" // the root objects with all that bulk can give
	IDsOnly Selection = "ids"   // ids and update times, for the deletion sweep
)

type (
	// CheckAccessInput asks whether the token may read the entities, and orders as far back as Since.
	CheckAccessInput struct {
		Entities []Entity  `json:"entities"`
		Since    time.Time `json:"since"`
	}
	// Access is what the token may read.
	Access struct {
		Shop          string   `json:"shop"` // myshopify domain
		Timezone      string   `json:"timezone"`
		Scopes        []string `json:"scopes"`
		ReadAllOrders bool     `json:"read_all_orders"`
	}

	FindFirstOrderInput struct{}
	// FirstOrder is when the shop's first order was created; zero where it has none.
	FirstOrder struct {
		Created time.Time `json:"created,omitzero"`
	}

	OpenWindowInput struct {
		Entity Entity    `json:"entity"`
		Now    time.Time `json:"now"` // the workflow's clock
	}
	// OpenedWindow is what a run has to cover. First is set where the entity was never synced.
	OpenedWindow struct {
		Window    Window     `json:"window"`
		Watermark *time.Time `json:"watermark,omitempty"`
		First     bool       `json:"first"`
		Floored   bool       `json:"floored,omitempty"` // the watermark lies before the floor: what is between them is a backfill's
	}

	FetchShopInput struct {
		RunID string `json:"run_id"`
	}

	SubmitInput struct {
		Entity    Entity      `json:"entity"`
		Selection Selection   `json:"selection"`
		Field     WindowField `json:"field"`
		Window    Window      `json:"window"`
		// Key makes submission idempotent: a retry attaches to the operation that carries it. It is
		// OperationKey(run, entity, slice, try).
		Key        string `json:"key"`
		WorkflowID string `json:"workflow_id"` // whom the finish webhook wakes
	}
	Operation struct {
		GID string `json:"gid"`
		Key string `json:"key"`
	}
	// OperationFinished is what the finish webhook tells.
	OperationFinished struct {
		GID    string `json:"gid"`
		Status string `json:"status"`
	}
	// OperationResult never holds the result's URL: it is signed. ArchiveResult asks for it again.
	OperationResult struct {
		Operation   Operation `json:"operation"`
		Objects     int64     `json:"objects"`
		RootObjects int64     `json:"root_objects"`
		Bytes       int64     `json:"bytes"`
	}

	ArchiveInput struct {
		Result OperationResult `json:"result"`
		Entity Entity          `json:"entity"`
		Window Window          `json:"window"`
		// ObjectKey is where the bytes go: ArchiveKey(run, part).
		ObjectKey string `json:"object_key"`
		// Partial archives what an operation that failed has written until then, as evidence: it is never loaded, and
		// one that wrote nothing leaves no object.
		Partial bool `json:"partial,omitempty"`
	}
	// Archive is an object of JSON lines. The counts also stand in the object's metadata, so that a replay can
	// reconcile without the run's history.
	Archive struct {
		ObjectKey   string `json:"object_key"`
		Entity      Entity `json:"entity"`
		Lines       int64  `json:"lines"`
		Bytes       int64  `json:"bytes"`
		Objects     int64  `json:"objects"`
		RootObjects int64  `json:"root_objects"`
	}
	FetchDetailsInput struct {
		Archive   Archive `json:"archive"`
		ObjectKey string  `json:"object_key"`
	}

	LoadInput struct {
		RunID   string   `json:"run_id"`
		Shop    string   `json:"shop"`
		Archive Archive  `json:"archive"`
		Details *Archive `json:"details,omitempty"`
		// Force rewrites rows whose source has not changed since they were written.
		Force bool `json:"force,omitempty"`
	}
	// LoadResult counts root objects by what became of them, and the rows and events that were written.
	LoadResult struct {
		Roots     int64 `json:"roots"`
		Written   int64 `json:"written"`
		Unchanged int64 `json:"unchanged"`
		Stale     int64 `json:"stale"` // older than what is stored, or deleted since
		Rows      int64 `json:"rows"`
		Removed   int64 `json:"removed"` // children soft-deleted
		Events    int64 `json:"events"`
		Bytes     int64 `json:"bytes"`
	}

	// FindDeletionsInput compares the ids that the store has (created in Window) with the live rows.
	FindDeletionsInput struct {
		RunID   string    `json:"run_id"`
		Shop    string    `json:"shop"`
		Archive Archive   `json:"archive"`
		Window  Window    `json:"window"`
		Began   time.Time `json:"began"` // rows written or updated at the source after this are left alone
	}
	Deletions struct {
		Seen    int64 `json:"seen"`
		Deleted int64 `json:"deleted"`
	}

	PublishInput struct {
		RunID string `json:"run_id"`
	}
	PublishResult struct {
		Messages int64 `json:"messages"`
		Events   int64 `json:"events"`
		Bytes    int64 `json:"bytes"`
	}

	// AdvanceInput tells what a run has stored and published. The watermark refuses it where the window does not begin
	// at or before the watermark: it was reset meanwhile, and moving it would leave a gap.
	AdvanceInput struct {
		Entity  Entity    `json:"entity"`
		From    time.Time `json:"from"`
		To      time.Time `json:"to"`
		First   bool      `json:"first,omitempty"`
		Floored bool      `json:"floored,omitempty"`
		RunID   string    `json:"run_id"`
	}

	ListArchiveInput struct {
		RunID string `json:"run_id"`
	}
	// ArchivedRun is what the object store holds of a run, in the order in which it was loaded.
	ArchivedRun struct {
		Shop     Archive        `json:"shop"`
		Slices   []ArchiveSlice `json:"slices"`
		ShopName string         `json:"shop_name"`
	}
	ArchiveSlice struct {
		Archive Archive  `json:"archive"`
		Details *Archive `json:"details,omitempty"`
	}
)

// OperationKey names one try at one slice of one run's entity.
func OperationKey(runID string, entity Entity, selection Selection, slice, try int) string {
	return fmt.Sprintf("%s.%s.%s.%04d.%d", runID, entity, selection, slice, try)
}

// ArchiveKey is an object of a run: archives/ingest/{run_id}.{part}.jsonl, for instance
// archives/ingest/0198….orders.0001.jsonl with its detail answers in ….orders.0001.details.jsonl.
func ArchiveKey(runID, part string) string { return ArchivePrefix(runID) + part + ".jsonl" }

// ArchivePrefix begins the keys of all objects of a run.
func ArchivePrefix(runID string) string { return "archives/ingest/" + runID + "." }

// ArchivePart is the part that an object's key names, for instance orders.0001.
func ArchivePart(runID, key string) string {
	return strings.TrimSuffix(strings.TrimPrefix(key, ArchivePrefix(runID)), ".jsonl")
}

// SlicePart is the part of an archive key that names a slice of an entity.
func SlicePart(entity Entity, slice int) string { return fmt.Sprintf("%s.%04d", entity, slice) }

// Report implements Reporter.
func (a Archive) Report() Report { return Report{RecordsOut: a.Lines, Bytes: a.Bytes} }

// Report implements Reporter.
func (r LoadResult) Report() Report {
	return Report{RecordsIn: r.Roots, RecordsOut: r.Rows, Bytes: r.Bytes}
}

// Report implements Reporter.
func (r PublishResult) Report() Report { return Report{RecordsOut: r.Events, Bytes: r.Bytes} }

// Report implements Reporter.
func (d Deletions) Report() Report { return Report{RecordsIn: d.Seen, RecordsOut: d.Deleted} }

// Report implements Reporter.
func (m WatermarkMove) Report() Report { return Report{Watermark: &m} }

// Report implements Reporter: the sums over all entities, and the move of the orders' watermark.
func (r BulkSyncResult) Report() Report {
	sum := total(r.Loaded)
	if move, moved := r.Marks[Orders]; moved {
		sum.Watermark = &move
	}
	return sum
}

// Report implements Reporter.
func (r BackfillResult) Report() Report { return total(r.Loaded) }

// Report implements Reporter.
func (r ReplayResult) Report() Report { return total(r.Loaded) }

func total(loaded map[Entity]LoadResult) Report {
	var sum LoadResult
	for _, one := range loaded {
		sum = sum.Plus(one)
	}
	return sum.Report()
}

// BulkSyncInput asks for the entities to be brought up to date; none named means all.
type BulkSyncInput struct {
	Entities []Entity `json:"entities,omitempty"`
	// State is carried over when the workflow continues as new.
	State *BulkSyncState `json:"state,omitempty"`
}

// BulkSyncState is where a sync stands: what it covers, what is left to do, and what was done.
type BulkSyncState struct {
	RunID   string                  `json:"run_id"` // the first run's id: archives keep one name
	Began   time.Time               `json:"began"`
	Access  Access                  `json:"access"`
	Windows map[Entity]OpenedWindow `json:"windows"`
	Left    map[Entity][]Window     `json:"left"`  // to be mirrored yet, in order
	Slice   map[Entity]int          `json:"slice"` // the last slice's number
	Loaded  map[Entity]LoadResult   `json:"loaded"`
	Sweeps  map[Entity][]Window     `json:"sweeps"` // to be searched for deletions yet
	Swept   map[Entity]int          `json:"swept"`  // the last sweep's number
	Deleted map[Entity]int64        `json:"deleted"`
	Shown   Shown                   `json:"shown,omitzero"`
}

// BulkSyncResult counts what a run did, by entity.
type BulkSyncResult struct {
	Loaded  map[Entity]LoadResult    `json:"loaded"`
	Deleted map[Entity]int64         `json:"deleted,omitempty"`
	Events  int64                    `json:"events"`
	Marks   map[Entity]WatermarkMove `json:"marks,omitempty"`
}

// BackfillInput loads a range of the store's history, by the time at which orders were created, beside the daily sync
// and without touching its watermarks. Products and customers are loaded whole up to To, because an order may refer to
// one from long before. A zero From means from the shop's first order; a zero To means now.
type BackfillInput struct {
	Entities []Entity  `json:"entities,omitempty"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	// State is carried over when the workflow continues as new.
	State *BackfillState `json:"state,omitempty"`
}

// BackfillState is where a backfill stands: what is done, and how wide the next slice is.
type BackfillState struct {
	RunID  string                `json:"run_id"` // the first run's id: archives keep one name
	Shop   string                `json:"shop"`
	Entity Entity                `json:"entity"`         // being loaded; those before it are done
	Left   []Window              `json:"left,omitempty"` // to be loaded before Next
	Next   time.Time             `json:"next"`           // where the next slice begins
	Width  time.Duration         `json:"width"`          // of the next slice
	Slice  map[Entity]int        `json:"slice"`          // the last slice's number
	Paused bool                  `json:"paused"`
	Loaded map[Entity]LoadResult `json:"loaded"`
	Events int64                 `json:"events"`
	Shown  Shown                 `json:"shown,omitzero"`

	Sweeps  []Window `json:"sweeps,omitempty"` // of orders, to be searched for deletions yet
	Swept   int      `json:"swept,omitempty"`  // the last sweep's number
	Deleted int64    `json:"deleted,omitempty"`
}

// BackfillResult counts what a backfill did, by entity, and the orders that it found deleted.
type BackfillResult struct {
	Loaded  map[Entity]LoadResult `json:"loaded"`
	Deleted int64                 `json:"deleted,omitempty"`
	Events  int64                 `json:"events"`
}

// ReplayInput loads a run's archived objects again, without Shopify.
type ReplayInput struct {
	RunID string `json:"run_id"`
	Force bool   `json:"force,omitempty"`
	// State is carried over when the workflow continues as new.
	State *ReplayState `json:"state,omitempty"`
}

// ReplayState is where a replay stands.
type ReplayState struct {
	RunID  string                `json:"run_id"` // the replay's own
	Next   int                   `json:"next"`   // the next slice
	Loaded map[Entity]LoadResult `json:"loaded"`
	Shown  Shown                 `json:"shown,omitzero"`
}

// ReplayResult counts what a replay did, by entity.
type ReplayResult struct {
	Loaded map[Entity]LoadResult `json:"loaded"`
	Events int64                 `json:"events"`
}

// Plus adds what another slice did.
func (r LoadResult) Plus(other LoadResult) LoadResult {
	return LoadResult{
		Roots: r.Roots + other.Roots, Written: r.Written + other.Written, Unchanged: r.Unchanged + other.Unchanged,
		Stale: r.Stale + other.Stale, Rows: r.Rows + other.Rows, Removed: r.Removed + other.Removed,
		Events: r.Events + other.Events, Bytes: r.Bytes + other.Bytes,
	}
}
