package contract

import "time"

// Workflow types of the lake. A stream's roll runs for as long as the platform does, under one id per stream, so that a
// second start finds the first.
const (
	StreamRollWorkflow      = "StreamRoll"
	LakeMaintenanceWorkflow = "LakeMaintenance"
	LakeMaintenanceID       = "lake-maintenance"

	ObjectiveReplicationWorkflow = "ObjectiveReplication"
	ObjectiveReplicationID       = "objective-replication"
)

// StreamRollID is the roll's workflow id.
func StreamRollID(stream string) string { return "roll-" + stream }

// The roll's query and signal.
const (
	QueryRoll     = "roll"     // → RollState by shard
	SignalRollNow = "roll_now" // land what waits, without regard to its age
)

// QueryObjectives asks the replication where it stands: → ObjectiveState.
const QueryObjectives = "objectives"

// Activities of the roll and of the maintenance.
var (
	RollStream          = Activity[RollInput, Rolled]{"lakehouse.RollStream"}
	LookAtStream        = Activity[LookInput, Looked]{"lakehouse.LookAtStream"}
	ListTables          = Activity[ListTablesInput, Tables]{"lakehouse.ListTables"}
	CompactTable        = Activity[MaintainInput, Compacted]{"lakehouse.CompactTable"}
	RewriteManifests    = Activity[MaintainInput, ManifestsRewritten]{"lakehouse.RewriteManifests"}
	ExpireSnapshots     = Activity[MaintainInput, SnapshotsExpired]{"lakehouse.ExpireSnapshots"}
	DeleteOrphans       = Activity[MaintainInput, OrphansDeleted]{"lakehouse.DeleteOrphans"}
	ReplicateObjectives = Activity[ReplicateInput, Replicated]{"lakehouse.ReplicateObjectives"}
	RedriveDeadLetters  = Activity[RedriveInput, Redriven]{"lakehouse.RedriveDeadLetters"}
)

// What maintenance leaves alone where its input does not say otherwise.
const (
	DefaultOrphanAge   = 72 * time.Hour
	DefaultSnapshotAge = 7 * 24 * time.Hour
)

type (
	// StreamRollInput names the stream. State is carried over when the workflow continues as new.
	StreamRollInput struct {
		Stream string               `json:"stream"`
		Shards int                  `json:"shards,omitempty"` // of publication events; 0 means 1
		State  map[string]RollState `json:"state,omitempty"`
	}
	// RollState is where the roll of a shard stands.
	RollState struct {
		Shard       string    `json:"shard"`
		Offset      uint64    `json:"offset"`  // last stream sequence that has landed
		Waiting     uint64    `json:"waiting"` // messages behind it, when last looked at
		Lag         Seconds   `json:"lag"`     // age of the oldest of them
		Rolls       int64     `json:"rolls"`
		Rows        int64     `json:"rows"`
		Files       int64     `json:"files"`
		Doubles     int64     `json:"doubles"` // events that the table held already
		DeadLetters int64     `json:"dead_letters"`
		LastRoll    time.Time `json:"last_roll"`
		Snapshot    int64     `json:"snapshot,string"`
		Fault       string    `json:"fault,omitempty"` // of the last attempt, where it failed
		FaultSince  time.Time `json:"fault_since,omitzero"`
	}

	// RollInput asks for one roll of one shard: wait until something is due, land it, say where that leads to.
	RollInput struct {
		Stream string `json:"stream"`
		Shard  int    `json:"shard"`
		Shards int    `json:"shards"`
		Now    bool   `json:"now,omitempty"` // do not wait for age or size
	}
	// Rolled is what one roll did. Nothing landed where To equals From.
	Rolled struct {
		Shard       string  `json:"shard"`
		From        uint64  `json:"from"`
		To          uint64  `json:"to"`
		Messages    int64   `json:"messages"`
		Events      int64   `json:"events"`
		Rows        int64   `json:"rows"`
		Doubles     int64   `json:"doubles"`
		DeadLetters int64   `json:"dead_letters"`
		Files       int64   `json:"files"`
		Bytes       int64   `json:"bytes"` // of the files
		Snapshot    int64   `json:"snapshot,string"`
		Waiting     uint64  `json:"waiting"`
		Lag         Seconds `json:"lag"`
		Trimmed     uint64  `json:"trimmed"` // bytes that the stream holds less
	}

	// LookInput asks what a shard holds after an offset, of the stream alone: the table may be out of reach.
	LookInput struct {
		Stream string `json:"stream"`
		Shard  int    `json:"shard"`
		Shards int    `json:"shards"`
		After  uint64 `json:"after"`
	}
	// Looked is what waits there.
	Looked struct {
		Waiting uint64  `json:"waiting"`
		Lag     Seconds `json:"lag"`
	}

	// LakeMaintenanceInput says which tables are kept in shape (none named: all) and what for.
	LakeMaintenanceInput struct {
		Tables        []string      `json:"tables,omitempty"`
		SnapshotAge   time.Duration `json:"snapshot_age,omitempty"`   // snapshots younger than this stay; 0 means 7 days
		OrphanAge     time.Duration `json:"orphan_age,omitempty"`     // files younger than this stay; 0 means 72 hours
		OrphanCleanup bool          `json:"orphan_cleanup,omitempty"` // on other days than Sunday, too: it lists the tables' whole folders
	}
	// LakeMaintenanceResult is what was done, by table.
	LakeMaintenanceResult struct {
		Tables   []TableMaintenance `json:"tables"`
		Disabled bool               `json:"disabled,omitempty"` // the catalog compacts and expires by itself
	}
	TableMaintenance struct {
		Table     string             `json:"table"`
		Compacted Compacted          `json:"compacted"`
		Manifests ManifestsRewritten `json:"manifests"`
		Expired   SnapshotsExpired   `json:"expired"`
		Orphans   OrphansDeleted     `json:"orphans"`
		Fault     string             `json:"fault,omitempty"`
	}

	ListTablesInput struct {
		Tables []string `json:"tables,omitempty"`
	}
	Tables struct {
		Names    []string `json:"names"`
		Disabled bool     `json:"disabled"`
	}
	MaintainInput struct {
		Table       string        `json:"table"`
		SnapshotAge time.Duration `json:"snapshot_age,omitempty"`
		OrphanAge   time.Duration `json:"orphan_age,omitempty"`
	}
	// Compacted counts partitions whose files became one, with rows as proof that none was lost.
	Compacted struct {
		Partitions  int64 `json:"partitions"`
		FilesBefore int64 `json:"files_before"`
		FilesAfter  int64 `json:"files_after"`
		BytesBefore int64 `json:"bytes_before"`
		BytesAfter  int64 `json:"bytes_after"`
		Rows        int64 `json:"rows"`
	}
	ManifestsRewritten struct {
		Before int64 `json:"before"`
		After  int64 `json:"after"`
	}
	SnapshotsExpired struct {
		Before int64  `json:"before"`
		After  int64  `json:"after"`
		Held   string `json:"held,omitempty"` // the reader for whose sake older snapshots stay
	}
	OrphansDeleted struct {
		Files int64 `json:"files"`
		Bytes int64 `json:"bytes"`
	}

	// ObjectiveReplicationInput carries the state over when the workflow continues as new.
	ObjectiveReplicationInput struct {
		State ObjectiveState `json:"state,omitzero"`
	}
	// ObjectiveState is what configuration.objective_spec holds, and how it came to it.
	ObjectiveState struct {
		Specs      int64     `json:"specs"`
		Rows       int64     `json:"rows"`
		Changes    int64     `json:"changes"` // times that the table was written
		LastChange time.Time `json:"last_change,omitzero"`
		Fault      string    `json:"fault,omitempty"` // of the last attempt, where it failed
		FaultSince time.Time `json:"fault_since,omitzero"`
	}

	// ReplicateInput says how long a change is waited for; 0 looks once.
	ReplicateInput struct {
		Wait time.Duration `json:"wait,omitempty"`
	}
	// Replicated says how many specs the table now holds, and whether it had to be written.
	Replicated struct {
		Specs   int64 `json:"specs"`
		Rows    int64 `json:"rows"`
		Changed bool  `json:"changed"`
	}

	// RedriveInput publishes refused events once more, as they are.
	RedriveInput struct {
		IDs    []string `json:"ids,omitempty"`
		Stream string   `json:"stream,omitempty"` // all of a stream's, where no id is named
		Reason string   `json:"reason,omitempty"` // all with this reason
	}
	Redriven struct {
		Events int64 `json:"events"`
	}
)

// Seconds is a duration that reads well in JSON.
type Seconds float64

// Add counts a roll into the state.
func (s RollState) Add(r Rolled, at time.Time) RollState {
	s.Shard, s.Offset, s.Waiting, s.Lag, s.Fault, s.FaultSince = r.Shard, max(s.Offset, r.To), r.Waiting, r.Lag, "", time.Time{}
	if r.To > r.From {
		s.Rolls++
		s.Rows += r.Rows
		s.Files += r.Files
		s.Doubles += r.Doubles
		s.DeadLetters += r.DeadLetters
		s.LastRoll = at
		s.Snapshot = r.Snapshot
	}
	return s
}

// Report implements Reporter.
func (r Rolled) Report() Report {
	return Report{RecordsIn: r.Events, RecordsOut: r.Rows, Bytes: r.Bytes}
}

// Report implements Reporter.
func (c Compacted) Report() Report {
	return Report{RecordsIn: c.FilesBefore, RecordsOut: c.FilesAfter, Bytes: c.BytesAfter}
}

// Report implements Reporter.
func (r Redriven) Report() Report { return Report{RecordsOut: r.Events} }

// Report implements Reporter.
func (r Replicated) Report() Report { return Report{RecordsIn: r.Specs, RecordsOut: r.Rows} }
