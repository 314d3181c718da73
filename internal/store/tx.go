package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// InTx runs fn in a transaction: committed when fn returns nil, rolled back when it fails or panics. Keep it to a few
// statements; the narrowest host ends a transaction after 20 s. fn's error is returned as it is.
func InTx(ctx context.Context, pool *pgxpool.Pool, fn func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, fn)
}
