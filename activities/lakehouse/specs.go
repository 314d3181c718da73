package lakehouse

import (
	"context"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
)

// Specs lists the classification specs in force, as PostgreSQL holds them.
type Specs interface {
	ClassificationSpecs(ctx context.Context) ([]lakehouse.Objective, error)
}

// ReplicateObjectives brings configuration.objective_spec up to date with the classification specs. It writes only where
// something differs.
func (a *Activities) ReplicateObjectives(ctx context.Context, _ contract.ReplicateInput) (contract.Replicated, error) {
	if a.Specs == nil {
		return contract.Replicated{}, nil
	}
	specs, err := a.Specs.ClassificationSpecs(ctx)
	if err != nil {
		return contract.Replicated{}, err
	}
	changed, err := a.Lake.ReplaceObjectives(ctx, specs)
	names := map[string]bool{}
	for _, s := range specs {
		names[s.SpecID] = true
	}
	return contract.Replicated{Specs: int64(len(names)), Rows: int64(len(specs)), Changed: changed}, err
}
