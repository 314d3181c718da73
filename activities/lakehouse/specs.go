package lakehouse

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// Specs lists artifacts, as PostgreSQL holds them; artifact.Service does.
type Specs interface {
	List(ctx context.Context, q artifact.Query) (artifact.Page, error)
}

// mostSpecs bounds what is replicated: specs are written by hand.
const mostSpecs = 10_000

// ReplicateObjectives brings configuration.objective_spec up to date with the classification specs. It writes only where
// something differs, so that it may run as often as anyone likes: hourly before the measurement, and when a spec changes.
func (a *Activities) ReplicateObjectives(ctx context.Context, _ contract.ReplicateInput) (contract.Replicated, error) {
	var out contract.Replicated
	if a.Specs == nil {
		return out, fault.New(fault.Unsupported, "this process does not read classification specs")
	}
	p := newPulse(ctx)
	defer p.stop()
	var rows []lakehouse.Objective
	query := artifact.Query{Kind: artifact.ClassificationSpecKind, Limit: 500}
	for {
		page, err := a.Specs.List(ctx, query)
		if err != nil {
			return out, err
		}
		for _, spec := range page.Items {
			classes, err := objectives(spec)
			if err != nil {
				return out, err
			}
			rows = append(rows, classes...)
			out.Specs++
		}
		if page.Next == nil || out.Specs >= mostSpecs {
			break
		}
		query.After = *page.Next
	}
	// A stable order makes the same specs the same rows.
	slices.SortFunc(rows, func(x, y lakehouse.Objective) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.SpecID, y.SpecID), cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.ClassName, y.ClassName))
	})
	out.Rows = int64(len(rows))
	var err error
	out.Changed, err = a.Lake.ReplaceObjectives(ctx, rows)
	return out, err
}

// objectives makes a row of each class. The default class comes last and has no conditions, which always hold.
func objectives(spec artifact.Artifact) ([]lakehouse.Objective, error) {
	var said artifact.ClassificationSpec
	if err := json.Unmarshal(spec.Spec, &said); err != nil {
		return nil, fault.Wrap(fault.InvalidInput, err, "read the classification spec %s", spec.Name)
	}
	effective := time.Time{}
	if spec.EffectiveTs != nil {
		effective = *spec.EffectiveTs
	}
	if effective.IsZero() {
		effective = spec.UpdateTs
	}
	row := func(rank int, class string, conditions []artifact.Condition) (lakehouse.Objective, error) {
		if conditions == nil {
			conditions = []artifact.Condition{}
		}
		text, err := json.Marshal(conditions)
		if err != nil {
			return lakehouse.Objective{}, fault.Wrap(fault.Internal, err, "write the conditions of %s", spec.Name)
		}
		return lakehouse.Objective{
			SpecID: spec.ID, Name: spec.Name, Generation: spec.Generation, Rank: rank, ClassName: class,
			Conditions: string(text), EffectiveTS: effective,
		}, nil
	}
	var rows []lakehouse.Objective
	last := 0
	for _, class := range said.Classes {
		r, err := row(class.Rank, class.Name, class.Conditions)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
		last = max(last, class.Rank)
	}
	r, err := row(last+1, said.DefaultClass, nil)
	return append(rows, r), err
}
