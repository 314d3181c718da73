// Package temporalfault carries faults through Temporal: Encode makes an application error whose type is the fault's
// code and which the retry policy understands, Decode finds the fault again on the other side, in a workflow, in the
// API, or in the operator's terminal. It is pure, so workflows may use it.
package temporalfault

import (
	"context"
	"errors"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/fault"
)

// details travel with the application error, beside its message.
type details struct {
	Detail string        `json:"detail"`
	Fields []fault.Field `json:"fields,omitempty"`
}

// Encode makes the error that Temporal stores: top-level, typed by code, retried only where trying again can help.
// What Temporal itself has to see (cancellation, continue-as-new, an application error) passes unchanged. An error that
// nobody has classified is fault.Internal, which is retried.
func Encode(err error) error {
	if err == nil || passes(err) {
		return err
	}
	var f *fault.Fault
	if !errors.As(err, &f) {
		if errors.Is(err, context.DeadlineExceeded) {
			f = fault.New(fault.Timeout, "%v", err)
		} else {
			f = fault.New(fault.Internal, "%v", err)
		}
	}
	return encode(f, err.Error())
}

func encode(f *fault.Fault, message string) error {
	category := temporal.ApplicationErrorCategoryUnspecified
	if f.Code == fault.BulkRunning || f.Code == fault.BulkSlots || f.Code == fault.NotYet {
		category = temporal.ApplicationErrorCategoryBenign // waiting is not a failure: neither logged nor counted as one
	}
	return temporal.NewApplicationErrorWithOptions(message, string(f.Code), temporal.ApplicationErrorOptions{
		NonRetryable:   !f.Retryable(),
		NextRetryDelay: f.RetryAfter,
		Category:       category,
		Details:        []any{details{Detail: f.Detail, Fields: f.Fields}},
	})
}

func passes(err error) bool {
	var application *temporal.ApplicationError
	return temporal.IsCanceledError(err) || errors.Is(err, context.Canceled) || workflow.IsContinueAsNewError(err) ||
		(errors.As(err, &application) && application == err)
}

// EncodeFinal makes the error that a workflow ends with: like Encode, but of the fault within whatever activity or
// child workflow failed, so that a workflow's retry policy and its readers see the code and not the wrapping.
func EncodeFinal(err error) error {
	if err == nil || temporal.IsCanceledError(err) || workflow.IsContinueAsNewError(err) {
		return err
	}
	f := Decode(err)
	return encode(&fault.Fault{Code: f.Code, Detail: f.Detail, Fields: f.Fields}, f.Error())
}

// Decode finds the fault in an error that came through Temporal. Temporal's own failures get the code that fits them.
func Decode(err error) *fault.Fault {
	if err == nil {
		return nil
	}
	var f *fault.Fault
	if errors.As(err, &f) {
		return f
	}
	if f := application(err); f != nil {
		return f
	}
	var timeout *temporal.TimeoutError
	var terminated *temporal.TerminatedError
	switch {
	case temporal.IsCanceledError(err):
		return fault.New(fault.Canceled, "the run was canceled")
	case errors.As(err, &timeout):
		return fault.New(fault.Timeout, "%s", describe(err, timeout))
	case errors.As(err, &terminated):
		return fault.New(fault.Canceled, "the run was terminated")
	}
	return fault.Wrap(fault.Internal, err, "unexpected error")
}

// application reads the innermost application error whose type is a code: it is the cause, what stands around it is
// the way that it came. A timeout keeps the last failure of its attempts as its cause.
func application(err error) *fault.Fault {
	var found *fault.Fault
	for {
		var app *temporal.ApplicationError
		if !errors.As(err, &app) {
			return found
		}
		if code := fault.Code(app.Type()); code.Known() {
			f := &fault.Fault{Code: code, Detail: app.Message(), RetryAfter: app.NextRetryDelay()}
			var d details
			if app.HasDetails() && app.Details(&d) == nil && len(d.Fields) > 0 {
				f.Detail, f.Fields = d.Detail, d.Fields
			}
			found = f
		} else if found == nil {
			found = fault.New(fault.Internal, "%s", app.Message())
		}
		if err = app.Unwrap(); err == nil {
			return found
		}
	}
}

func describe(err error, timeout *temporal.TimeoutError) string {
	var failed *temporal.ActivityError
	if errors.As(err, &failed) {
		return failed.ActivityType().GetName() + " did not end in time (" + timeout.TimeoutType().String() + ")"
	}
	return "a deadline passed (" + timeout.TimeoutType().String() + ")"
}
