package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/uid"
)

// Artifact is a row of macrodata_artifact.
type Artifact = store.MacrodataArtifact

// Service reads and writes artifacts. It may be used by many goroutines.
type Service struct {
	queries *store.Queries
	schemas *Schemas
}

// New makes a service over a pool or a transaction.
func New(db store.DBTX, schemas *Schemas) *Service {
	return &Service{queries: store.New(db), schemas: schemas}
}

// In is the same service inside a transaction, for writes that belong together.
func (s *Service) In(tx pgx.Tx) *Service {
	return &Service{queries: s.queries.WithTx(tx), schemas: s.schemas}
}

// Draft is an artifact that does not exist yet. Name, kind and spec are required.
type Draft struct {
	Kind              Kind
	Name              string // unique among the kind's live artifacts
	DisplayName       *string
	Description       *string
	Spec              json.RawMessage
	Phase             string // empty: the kind's first
	ParentID          *string
	AgentPrincipalID  *string
	CreatePrincipalID *string
	Labels            store.Labels
	Annotations       json.RawMessage
	EffectiveTS       *time.Time
	ExpireTS          *time.Time
	WorkflowReference *string
	File              File
}

// File is what is known of the bytes that an artifact stands for. nil fields are not known, and leave what is stored.
type File struct {
	ContentHash   *string // lower-case SHA-256 of the bytes; kinds without bytes hash their spec instead
	Bucket        *string // design_assets or jsonl_archive
	Key           *string
	PublicURL     *string
	SourceURI     *string
	ContentType   *string
	ContentLength *int64 // bytes
}

// Create stores a draft. A draft that is not valid is refused with every fault in it, a name that is taken (or, for a
// design asset, bytes that are stored already) with a conflict.
func (s *Service) Create(ctx context.Context, draft Draft) (Artifact, error) {
	if draft.Phase == "" && draft.Kind.Known() {
		draft.Phase = kinds[draft.Kind].phases[0]
	}
	if faults := s.draftFaults(draft); len(faults) > 0 {
		return Artifact{}, fault.Invalid("the artifact", faults...)
	}
	hash, err := draft.hash()
	if err != nil {
		return Artifact{}, err
	}
	row, err := s.queries.InsertArtifact(ctx, store.InsertArtifactParams{
		ID: uid.New(uid.MacrodataArtifact), MacrodataCatalogID: draft.Kind.CatalogID(), Kind: string(draft.Kind), Name: draft.Name,
		DisplayName: draft.DisplayName, Description: draft.Description, Spec: draft.Spec, ContentHash: hash,
		ParentArtifactID: draft.ParentID, AgentPrincipalID: draft.AgentPrincipalID, CreatePrincipalID: draft.CreatePrincipalID,
		StorageBucket: draft.File.Bucket, StorageKey: draft.File.Key, PublicURL: draft.File.PublicURL, SourceURI: draft.File.SourceURI,
		ContentType: draft.File.ContentType, ContentLength: draft.File.ContentLength, WorkflowReference: draft.WorkflowReference,
		EffectiveTs: draft.EffectiveTS, ExpireTs: draft.ExpireTS, Status: store.Phase(draft.Phase), Labels: draft.Labels,
		Annotations: object(draft.Annotations),
	})
	if err != nil {
		return Artifact{}, store.Classify(err, "create %s %q", draft.Kind, draft.Name)
	}
	return row, nil
}

// Get returns a live artifact, or not_found.
func (s *Service) Get(ctx context.Context, id string) (Artifact, error) {
	row, err := s.queries.ArtifactByID(ctx, id)
	return row, store.Classify(err, "find artifact %q", id)
}

// ByName returns the live artifact of the kind that has the name, or not_found.
func (s *Service) ByName(ctx context.Context, kind Kind, name string) (Artifact, error) {
	row, err := s.queries.ArtifactByName(ctx, store.ArtifactByNameParams{MacrodataCatalogID: kind.CatalogID(), Kind: string(kind), Name: name})
	return row, store.Classify(err, "find %s %q", kind, name)
}

// ByHash returns the oldest live artifact of the kind with the content, or not_found.
func (s *Service) ByHash(ctx context.Context, kind Kind, contentHash string) (Artifact, error) {
	row, err := s.queries.ArtifactByContentHash(ctx, store.ArtifactByContentHashParams{Kind: string(kind), ContentHash: contentHash})
	return row, store.Classify(err, "find %s by its content", kind)
}

// Change is new desired state. nil keeps what is stored; Clear* sets the column to null.
type Change struct {
	DisplayName      *string
	Description      *string
	Spec             json.RawMessage
	AgentPrincipalID *string
	Labels           store.Labels // replaces all of them
	Annotations      json.RawMessage
	EffectiveTS      *time.Time
	ExpireTS         *time.Time
	ClearAgent       bool
	ClearExpiry      bool
	PrincipalID      *string // who changes it
}

// Update changes the desired state. generation grows only where the spec differs. The version must be the one that was
// read: otherwise the error is a *Conflict with the current one, and nothing changes.
func (s *Service) Update(ctx context.Context, id string, version int64, change Change) (Artifact, error) {
	row, err := s.readAt(ctx, id, version)
	if err != nil {
		return Artifact{}, err
	}
	kind := Kind(row.Kind)
	change.apply(&row)
	if faults := s.rowFaults(row, change); len(faults) > 0 {
		return Artifact{}, fault.Invalid("the artifact", faults...)
	}
	if !kinds[kind].ofBytes {
		hash, err := SpecHash(row.Spec)
		if err != nil {
			return Artifact{}, err
		}
		row.ContentHash = &hash
	}
	written, err := s.queries.UpdateArtifact(ctx, store.UpdateArtifactParams{
		ID: id, ResourceVersion: version, DisplayName: row.DisplayName, Description: row.Description, Spec: row.Spec,
		ContentHash: row.ContentHash, AgentPrincipalID: row.AgentPrincipalID, Labels: row.Labels, Annotations: object(row.Annotations),
		EffectiveTs: row.EffectiveTs, ExpireTs: row.ExpireTs, UpdatePrincipalID: change.PrincipalID,
	})
	return s.written(ctx, written, err, id, version)
}

func (c Change) apply(row *Artifact) {
	set(&row.DisplayName, c.DisplayName)
	set(&row.Description, c.Description)
	set(&row.AgentPrincipalID, c.AgentPrincipalID)
	set(&row.EffectiveTs, c.EffectiveTS)
	set(&row.ExpireTs, c.ExpireTS)
	if c.Spec != nil {
		row.Spec = c.Spec
	}
	if c.Labels != nil {
		row.Labels = c.Labels
	}
	if c.Annotations != nil {
		row.Annotations = c.Annotations
	}
	if c.ClearAgent {
		row.AgentPrincipalID = nil
	}
	if c.ClearExpiry {
		row.ExpireTs = nil
	}
}

func set[T any](column **T, value *T) {
	if value != nil {
		*column = value
	}
}

// Observation is what the worker that acts on a spec has to say.
type Observation struct {
	Phase              string
	Conditions         []store.Condition // merged by type into those that are there
	ObservedGeneration int64             // the generation that was acted on
	CompleteTS         *time.Time
	ExpireTS           *time.Time
	WorkflowReference  *string
	File               File
}

// SetStatus records what is. It never touches the spec, and so never the generation.
func (s *Service) SetStatus(ctx context.Context, id string, version int64, seen Observation) (Artifact, error) {
	row, err := s.readAt(ctx, id, version)
	if err != nil {
		return Artifact{}, err
	}
	faults := phaseFaults(Kind(row.Kind), seen.Phase, nil)
	if seen.ObservedGeneration < row.ObservedGeneration || seen.ObservedGeneration > row.Generation {
		faults = append(faults, fault.Field{Name: "macrodata_artifact.observed_generation", Detail: fmt.Sprintf(
			"%d is not between the one observed before, %d, and the current generation, %d", seen.ObservedGeneration, row.ObservedGeneration, row.Generation)})
	}
	if faults = fileFaults(seen.File, faults); len(faults) > 0 {
		return Artifact{}, fault.Invalid("the artifact's status", faults...)
	}
	status := store.Status{Phase: seen.Phase, Conditions: row.Status.Conditions}
	for _, condition := range seen.Conditions {
		status = status.With(condition)
	}
	written, err := s.queries.SetArtifactStatus(ctx, store.SetArtifactStatusParams{
		ID: id, ResourceVersion: version, Status: status, ObservedGeneration: seen.ObservedGeneration, StorageBucket: seen.File.Bucket,
		StorageKey: seen.File.Key, PublicURL: seen.File.PublicURL, ContentType: seen.File.ContentType,
		ContentLength: seen.File.ContentLength, ContentHash: seen.File.ContentHash, WorkflowReference: seen.WorkflowReference,
		CompleteTs: seen.CompleteTS, ExpireTs: seen.ExpireTS,
	})
	return s.written(ctx, written, err, id, version)
}

// Archive ends an artifact: phase Archived and soft-deleted, so its name is free again.
func (s *Service) Archive(ctx context.Context, id string, version int64, principalID *string) (Artifact, error) {
	written, err := s.queries.ArchiveArtifact(ctx, store.ArchiveArtifactParams{ID: id, ResourceVersion: version, UpdatePrincipalID: principalID})
	return s.written(ctx, written, err, id, version)
}

func (s *Service) readAt(ctx context.Context, id string, version int64) (Artifact, error) {
	row, err := s.Get(ctx, id)
	if err != nil {
		return Artifact{}, err
	}
	if row.ResourceVersion != version {
		return Artifact{}, conflict(id, version, row.ResourceVersion)
	}
	return row, nil
}

// written tells a lost race from an artifact that is gone.
func (s *Service) written(ctx context.Context, row Artifact, err error, id string, version int64) (Artifact, error) {
	if !errors.Is(err, pgx.ErrNoRows) {
		return row, store.Classify(err, "write artifact %q", id)
	}
	current, err := s.queries.ArtifactVersion(ctx, id)
	if err != nil {
		return Artifact{}, store.Classify(err, "find artifact %q", id)
	}
	return Artifact{}, conflict(id, version, current)
}

// Conflict says that somebody else wrote in between. It carries the version to read and to try again with.
type Conflict struct {
	*fault.Fault

	ID       string
	Expected int64
	Current  int64
}

// Unwrap returns the fault, so that fault.Is and fault.Of see it.
func (c *Conflict) Unwrap() error { return c.Fault }

func conflict(id string, expected, current int64) *Conflict {
	f := fault.New(fault.Conflict, "artifact %q was changed by somebody else", id)
	f.Fields = []fault.Field{{Name: "resource_version", Detail: fmt.Sprintf("is %d by now, not %d", current, expected)}}
	return &Conflict{Fault: f, ID: id, Expected: expected, Current: current}
}

func (d Draft) hash() (*string, error) {
	if kinds[d.Kind].ofBytes {
		return d.File.ContentHash, nil
	}
	hash, err := SpecHash(d.Spec)
	return &hash, err
}

func object(annotations json.RawMessage) json.RawMessage {
	if len(annotations) == 0 {
		return json.RawMessage("{}")
	}
	return annotations
}
