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

// specsPause is the pause between two looks at the specs: how long a change takes to arrive.
const specsPause = 3 * time.Second

// ReplicateObjectives brings configuration.objective_spec up to date with the classification specs, and waits for the next
// change where it is. It compares contents, so that it does not matter who changed a spec, by which way, or whether
// anybody was listening. It writes only where something differs.
func (a *Activities) ReplicateObjectives(ctx context.Context, in contract.ReplicateInput) (contract.Replicated, error) {
	if a.Specs == nil {
		return contract.Replicated{}, fault.New(fault.Unsupported, "this process does not read classification specs")
	}
	p := newPulse(ctx, "specs")
	defer p.stop()
	began := time.Now()
	var out contract.Replicated
	var seen []lakehouse.Objective
	read := func(ctx context.Context) (rows []lakehouse.Objective, err error) {
		rows, out.Specs, err = a.classes(ctx)
		out.Rows = int64(len(rows))
		return rows, err
	}
	for first := true; ; first = false {
		rows, err := read(ctx)
		if err != nil {
			return out, err
		}
		// The catalog is asked at the start, and when the specs are not what they were.
		if first || !slices.Equal(rows, seen) {
			if out.Changed, err = a.Lake.ReplaceObjectives(ctx, read); err != nil {
				return out, err
			}
			seen = rows
		}
		if out.Changed || time.Since(began) >= in.Wait {
			return out, nil
		}
		select {
		case <-time.After(min(specsPause, in.Wait)):
		case <-ctx.Done():
			return out, fault.Wrap(fault.Canceled, ctx.Err(), "wait for a classification spec to change")
		}
	}
}

// classes reads every live classification spec, as rows in a stable order: the same specs are the same rows.
func (a *Activities) classes(ctx context.Context) (rows []lakehouse.Objective, specs int64, err error) {
	query := artifact.Query{Kind: artifact.ClassificationSpecKind, Limit: 500}
	for {
		page, err := a.Specs.List(ctx, query)
		if err != nil {
			return nil, 0, err
		}
		for _, spec := range page.Items {
			classes, err := objectives(spec)
			if err != nil {
				return nil, 0, err
			}
			rows = append(rows, classes...)
			specs++
		}
		if page.Next == nil || specs >= mostSpecs {
			break
		}
		query.After = *page.Next
	}
	slices.SortFunc(rows, func(x, y lakehouse.Objective) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.SpecID, y.SpecID), cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.ClassName, y.ClassName))
	})
	return rows, specs, nil
}

// objectives makes a row of each class. The default class comes last and has no conditions, which always hold.
func objectives(spec artifact.Artifact) ([]lakehouse.Objective, error) {
	var said artifact.ClassificationSpec
	if err := json.Unmarshal(spec.Spec, &said); err != nil {
		return nil, fault.Wrap(fault.InvalidInput, err, "read the classification spec %s", spec.Name)
	}
	effective := spec.UpdateTs.UTC()
	if spec.EffectiveTs != nil && !spec.EffectiveTs.IsZero() {
		effective = spec.EffectiveTs.UTC()
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
