package shopdb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
)

// SaveSpec makes a spec the one that holds. A spec that says what the stored one says changes nothing, its generation
// neither. Faults: InvalidInput with everything that is wrong, Conflict where somebody else has saved in between.
func (p *Shop) SaveSpec(ctx context.Context, spec json.RawMessage) (classification.Spec, error) {
	parsed, err := p.schemas.ParseClassification(spec)
	if err != nil {
		return classification.Spec{}, err
	}
	stored, err := p.artifacts.ByName(ctx, artifact.ClassificationSpecKind, SpecName)
	if err != nil {
		return classification.Spec{}, err
	}
	holds, err := p.schemas.ParseClassification(stored.Spec)
	if err == nil && holds.Equal(parsed) {
		return classification.Spec{ClassificationSpec: parsed, Name: stored.Name, Generation: stored.Generation}, nil
	}
	saved, err := p.artifacts.Update(ctx, stored.ID, stored.ResourceVersion, artifact.Change{Spec: spec})
	if err != nil {
		return classification.Spec{}, err
	}
	return classification.Spec{ClassificationSpec: parsed, Name: saved.Name, Generation: saved.Generation}, nil
}

// Override is a class that staff give a product by hand, with the reason.
type Override struct {
	ID        string     `json:"id"`
	ProductID string     `json:"product_id"`
	Class     string     `json:"class"`
	Reason    string     `json:"reason"`
	From      time.Time  `json:"from"`
	To        *time.Time `json:"to"` // nil for no end
}

// SetOverride stores an override, and fills in its id. Faults: InvalidInput for a class that the spec does not have or an
// end before the beginning, NotFound for a product that is not the catalogue's.
func (p *Shop) SetOverride(ctx context.Context, o Override) (Override, error) {
	if err := p.check(ctx, o); err != nil {
		return Override{}, err
	}
	spec, err := json.Marshal(overrideSpec{o.ProductID, o.Class, o.Reason})
	if err != nil {
		return Override{}, fault.Wrap(fault.Internal, err, "encode the override")
	}
	made, err := p.artifacts.Create(ctx, artifact.Draft{
		Kind: artifact.ClassificationOverride, Name: fmt.Sprintf("%s-%d", o.ProductID, o.From.UnixMilli()), Phase: artifact.Active,
		Spec: spec, EffectiveTS: &o.From, ExpireTS: o.To,
	})
	o.ID = made.ID
	return o, err
}

func (p *Shop) check(ctx context.Context, o Override) error {
	spec, err := p.Spec(ctx)
	if err != nil {
		return err
	}
	classes := []string{spec.DefaultClass}
	for _, c := range spec.Classes {
		if c.Name != spec.DefaultClass {
			classes = append(classes, c.Name)
		}
	}
	if !slices.Contains(classes, o.Class) {
		return fault.Invalid("the override", fault.Field{Name: "class", Detail: fmt.Sprintf("%q is none of %s", o.Class, strings.Join(classes, ", "))})
	}
	if o.To != nil && !o.To.After(o.From) {
		return fault.Invalid("the override", fault.Field{Name: "to", Detail: "is not after its beginning"})
	}
	var there bool
	err = p.db.QueryRow(ctx, "SELECT EXISTS (SELECT FROM product WHERE id = $1 AND delete_ts IS NULL)", o.ProductID).Scan(&there)
	if err != nil {
		return store.Classify(err, "find product %q", o.ProductID)
	}
	if !there {
		return fault.New(fault.NotFound, "there is no product %q", o.ProductID)
	}
	return nil
}

// EndOverride ends an override: it holds on the days before at's and no more. Fault: NotFound.
func (p *Shop) EndOverride(ctx context.Context, id string, at time.Time) (Override, error) {
	stored, err := p.artifacts.Get(ctx, id)
	if err != nil {
		return Override{}, err
	}
	if artifact.Kind(stored.Kind) != artifact.ClassificationOverride {
		return Override{}, fault.New(fault.NotFound, "%s is no override", id)
	}
	if stored.ExpireTs == nil || stored.ExpireTs.After(at) {
		if stored, err = p.artifacts.Update(ctx, id, stored.ResourceVersion, artifact.Change{ExpireTS: &at}); err != nil {
			return Override{}, err
		}
	}
	return override(stored)
}

// Overrides lists those that hold, those to come, and those that have ended: these still hold on their days. One that was
// archived was withdrawn, and never held.
func (p *Shop) Overrides(ctx context.Context) ([]Override, error) {
	var all []Override
	query := artifact.Query{Kind: artifact.ClassificationOverride, Limit: page}
	for {
		list, err := p.artifacts.List(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, item := range list.Items {
			if item.Status.Phase == artifact.Archived {
				continue
			}
			o, err := override(item)
			if err != nil {
				return nil, err
			}
			all = append(all, o)
		}
		if list.Next == nil {
			return all, nil
		}
		query.After = *list.Next
	}
}

// overrideSpec is the spec of a classification_override artifact.
type overrideSpec struct {
	ProductID string `json:"product_id"`
	Class     string `json:"class_name"`
	Reason    string `json:"reason"`
}

func override(item artifact.Artifact) (Override, error) {
	var spec overrideSpec
	if err := json.Unmarshal(item.Spec, &spec); err != nil {
		return Override{}, fault.Wrap(fault.MeasurementBroken, err, "read override %s", item.ID)
	}
	from := item.CreateTs
	if item.EffectiveTs != nil {
		from = *item.EffectiveTs
	}
	o := Override{ID: item.ID, ProductID: spec.ProductID, Class: spec.Class, Reason: spec.Reason, From: from.UTC()}
	if item.ExpireTs != nil {
		to := item.ExpireTs.UTC()
		o.To = &to
	}
	return o, nil
}
