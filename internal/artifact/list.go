package artifact

import (
	"context"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
)

// Query asks for a page of live artifacts of one kind, last written first. At most one of Phase, AgentPrincipalID and
// ParentID narrows it: each has an index of its own.
type Query struct {
	Kind             Kind
	Phase            string
	AgentPrincipalID string
	ParentID         string
	After            store.Cursor // zero: the first page
	Limit            int          // 1 to 500; 0 means 50
}

// Page is one page and the cursor of the next; nil ends the list.
type Page struct {
	Items []Artifact
	Next  *store.Cursor
}

const (
	defaultPage = 50
	largestPage = 500
)

// List returns a page. Its cost does not grow with its depth.
func (s *Service) List(ctx context.Context, q Query) (Page, error) {
	if faults := q.faults(); len(faults) > 0 {
		return Page{}, fault.Invalid("the query", faults...)
	}
	if q.Limit == 0 {
		q.Limit = defaultPage
	}
	if q.After.IsZero() {
		q.After = store.Newest()
	}
	rows, err := s.page(ctx, q, int32(q.Limit)+1) // one more tells whether there is a next page
	if err != nil {
		return Page{}, store.Classify(err, "list %s", q.Kind)
	}
	page := Page{Items: rows}
	if len(rows) > q.Limit {
		page.Items = rows[:q.Limit]
		last := page.Items[q.Limit-1]
		page.Next = &store.Cursor{TS: last.UpdateTs, ID: last.ID}
	}
	return page, nil
}

func (s *Service) page(ctx context.Context, q Query, rows int32) ([]Artifact, error) {
	switch {
	case q.Phase != "":
		return s.queries.ListArtifactsByPhase(ctx, store.ListArtifactsByPhaseParams{
			Kind: string(q.Kind), Phase: q.Phase, BeforeTs: q.After.TS, AfterID: q.After.ID, PageSize: rows,
		})
	case q.AgentPrincipalID != "":
		return s.queries.ListArtifactsByAgent(ctx, store.ListArtifactsByAgentParams{
			Kind: string(q.Kind), AgentPrincipalID: q.AgentPrincipalID, BeforeTs: q.After.TS, AfterID: q.After.ID, PageSize: rows,
		})
	case q.ParentID != "":
		return s.queries.ListArtifactsByParent(ctx, store.ListArtifactsByParentParams{
			Kind: string(q.Kind), ParentArtifactID: q.ParentID, BeforeTs: q.After.TS, AfterID: q.After.ID, PageSize: rows,
		})
	default:
		return s.queries.ListArtifacts(ctx, store.ListArtifactsParams{
			Kind: string(q.Kind), BeforeTs: q.After.TS, AfterID: q.After.ID, PageSize: rows,
		})
	}
}

func (q Query) faults() []fault.Field {
	var faults []fault.Field
	if !q.Kind.Known() {
		return []fault.Field{{Name: "kind", Detail: "is not a kind of artifact"}}
	}
	if q.Phase != "" {
		faults = phaseFaults(q.Kind, q.Phase, faults)
	}
	narrowed := 0
	for _, filter := range []string{q.Phase, q.AgentPrincipalID, q.ParentID} {
		if filter != "" {
			narrowed++
		}
	}
	if narrowed > 1 {
		faults = append(faults, fault.Field{Name: "phase", Detail: "only one of phase, agent and parent may narrow a list"})
	}
	if q.Limit < 0 || q.Limit > largestPage {
		faults = append(faults, fault.Field{Name: "limit", Detail: "is not between 1 and 500"})
	}
	return faults
}
