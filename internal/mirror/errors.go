package mirror

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"bluntcases.com/platform/internal/fault"
)

// classify makes a fault of an error of the database: what a restart or a lighter load heals may be retried at once, what
// contradicts the schema is Internal.
func classify(err error, doing string) error {
	var known *fault.Fault
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(fault.Timeout, err, "%s", doing)
	case errors.As(err, &pg):
		// The message, never the detail: that quotes rows.
		cause := errors.New(pg.Message + " (" + pg.Code + ")")
		switch {
		case strings.HasPrefix(pg.Code, "42"):
			return fault.Wrap(fault.SchemaMismatch, cause, "%s", doing)
		case strings.HasPrefix(pg.Code, "22"), strings.HasPrefix(pg.Code, "23"):
			return fault.Wrap(fault.Internal, cause, "%s: table %s", doing, pg.TableName)
		default:
			return fault.Wrap(fault.Unavailable, cause, "%s", doing)
		}
	default:
		return fault.Wrap(fault.Unavailable, err, "%s", doing)
	}
}
