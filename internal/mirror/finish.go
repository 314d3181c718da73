package mirror

import (
	"context"

	"bluntcases.com/platform/internal/contract"
)

// countPage is how many tags or types are counted in one statement.
const countPage = 500

// finish brings the counts up to date that products have on their tags and types.
func (r *run) finish(ctx context.Context, written int64) error {
	if r.load.Entity != contract.Products || written == 0 {
		return nil
	}
	for _, statement := range []string{query("count_product_tags"), query("count_product_types")} {
		for after := ""; ; {
			if err := r.pool.QueryRow(ctx, statement, after, countPage).Scan(&after); err != nil {
				return classify(err, "count the products of tags and types")
			}
			if after == "" {
				break
			}
		}
	}
	return nil
}
