package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bluntcases.com/platform/internal/fault"
)

// SQLSTATE codes and classes (PostgreSQL, appendix A) that mean something to a caller.
const (
	uniqueViolation  = "23505"
	checkViolation   = "23514"
	notNullViolation = "23502"
	queryCanceled    = "57014"

	classConnection   = "08"
	classData         = "22"
	classRollback     = "40" // serialization failure, deadlock
	classResources    = "53"
	classIntervention = "57" // shutdown, crash, cannot connect now
)

// Classify turns a database error into a fault, wrapped with what was being done. A refused row names table, constraint
// and column; the row itself, which may hold personal data, is left out. nil stays nil, and a fault stays as it is.
func Classify(err error, format string, args ...any) error {
	var known *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, pgx.ErrNoRows):
		return fault.Wrap(fault.NotFound, err, format, args...)
	}
	doing := fmt.Sprintf(format, args...)
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		switch {
		case errors.Is(err, context.Canceled):
			return fault.Wrap(fault.Canceled, err, "%s", doing)
		case errors.Is(err, context.DeadlineExceeded):
			return fault.Wrap(fault.Timeout, err, "%s", doing)
		case pgconn.SafeToRetry(err), isConnection(err):
			return fault.Wrap(fault.Unavailable, err, "%s", doing)
		}
		return fault.Wrap(fault.Internal, err, "%s", doing)
	}
	cause := fmt.Errorf("%s (SQLSTATE %s)", pg.Message, pg.Code)
	switch pg.Code {
	case uniqueViolation:
		return fault.Wrap(fault.Conflict, cause, "%s: %s has such a row already (%s)", doing, pg.TableName, pg.ConstraintName)
	case checkViolation, notNullViolation:
		column := pg.ColumnName
		if column == "" {
			column = constraintColumn(pg.ConstraintName)
		}
		return fault.Invalid(doing+": a row of "+pg.TableName, fault.Field{
			Name: pg.TableName + "." + column, Detail: "the database refuses it (" + strings.TrimSpace(pg.ConstraintName+" "+pg.Code) + ")",
		})
	case queryCanceled:
		return fault.Wrap(fault.Timeout, cause, "%s", doing)
	}
	switch pg.Code[:2] {
	case classConnection, classRollback, classResources, classIntervention:
		return fault.Wrap(fault.Unavailable, cause, "%s", doing)
	case classData:
		return fault.Wrap(fault.InvalidInput, cause, "%s", doing)
	}
	return fault.Wrap(fault.Internal, cause, "%s", doing)
}

// isConnection recognises a connection that broke in the middle; the statement may or may not have been done.
func isConnection(err error) bool {
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// constraintColumn reads the column out of a CHECK's name, <uid>_<column>_check; row_check names no column.
func constraintColumn(constraint string) string {
	_, rest, found := strings.Cut(constraint, "_")
	if !found || rest == "row_check" {
		return "*"
	}
	return strings.TrimSuffix(rest, "_check")
}
