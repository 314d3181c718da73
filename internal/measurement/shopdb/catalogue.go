package shopdb

import (
	"context"
	_ "embed"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/store"
)

// rowsAtOnce is the page of the catalogue's statements.
const rowsAtOnce = 10_000

//go:embed sql/products.sql
var productsPage string

//go:embed sql/tag_groups.sql
var tagGroupsPage string

// Products implements measurement.Catalogue: every live product with its tags.
func (p *Shop) Products(ctx context.Context) ([]measurement.Product, error) {
	return pages(ctx, p.db, productsPage, func(row pgx.Rows, one *measurement.Product) (string, error) {
		err := row.Scan(&one.ID, &one.Title, &one.Vendor, &one.Tags)
		return one.ID, err
	})
}

// TagGroups implements measurement.Catalogue.
func (p *Shop) TagGroups(ctx context.Context) ([]measurement.TagGroup, error) {
	return pages(ctx, p.db, tagGroupsPage, func(row pgx.Rows, one *measurement.TagGroup) (id string, err error) {
		err = row.Scan(&id, &one.Name, &one.Tags)
		return id, err
	})
}

// pages reads a statement whose first argument is the id to go on after.
func pages[T any](ctx context.Context, db store.DBTX, statement string, scan func(pgx.Rows, *T) (string, error), args ...any) ([]T, error) {
	var all []T
	for after := ""; ; {
		rows, err := db.Query(ctx, statement, append([]any{after}, args...)...)
		if err != nil {
			return nil, store.Classify(err, "read the catalogue")
		}
		n := 0
		for ; rows.Next(); n++ {
			var one T
			if after, err = scan(rows, &one); err != nil {
				rows.Close()
				return nil, store.Classify(err, "read the catalogue")
			}
			all = append(all, one)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, store.Classify(err, "read the catalogue")
		}
		if n < rowsAtOnce {
			return all, nil
		}
	}
}
