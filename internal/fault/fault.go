// Package fault is the platform's one error vocabulary: what went wrong, whether trying again can help, who has to act,
// and what to do. Activities return faults, workflows carry them to Temporal as application errors, the APIs turn them
// into problem documents, and the operator's commands print them. It imports nothing of the platform.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Fault is an error with a code from the vocabulary. Its message may be shown to users: it never holds a secret,
// personal data, or a signed URL.
type Fault struct {
	Code   Code
	Detail string  // what happened, in one sentence
	Fields []Field // every fault of a refused input, named by field
	// RetryAfter is when trying again first makes sense, where the other side said so; zero leaves it to the policy.
	RetryAfter time.Duration
	cause      error
}

// Field names one fault of an input: where it is and what is wrong there.
type Field struct {
	Name   string `json:"name"`          // JSON pointer, column, flag, or variable
	Row    int64  `json:"row,omitempty"` // line or row of a file, from 1
	Detail string `json:"detail"`
}

// New makes a fault without a cause.
func New(code Code, format string, args ...any) *Fault {
	return &Fault{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault of an error. The cause's text is part of the message, so it must be free of secrets.
func Wrap(code Code, cause error, format string, args ...any) *Fault {
	return &Fault{Code: code, Detail: fmt.Sprintf(format, args...), cause: cause}
}

// Invalid refuses an input with every fault found in it.
func Invalid(subject string, fields ...Field) *Fault {
	return &Fault{Code: InvalidInput, Detail: subject + " is not valid", Fields: fields}
}

// After sets when trying again first makes sense.
func (f *Fault) After(delay time.Duration) *Fault {
	f.RetryAfter = delay
	return f
}

func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Detail)
	for i, field := range f.Fields {
		b.WriteString(separator(i))
		if field.Row > 0 {
			fmt.Fprintf(&b, "row %d, ", field.Row)
		}
		fmt.Fprintf(&b, "%s: %s", field.Name, field.Detail)
	}
	if f.cause != nil {
		b.WriteString(": ")
		b.WriteString(f.cause.Error())
	}
	return b.String()
}

func separator(i int) string {
	if i == 0 {
		return ": "
	}
	return "; "
}

func (f *Fault) Unwrap() error { return f.cause }

// Retryable tells whether the same call may succeed later with nobody doing anything.
func (f *Fault) Retryable() bool { return f.Code.Retryable() }

// Of returns the fault in err's chain, or Internal for an error that nobody has classified.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Code: Internal, Detail: "unexpected error", cause: err}
}

// Is tells whether err carries the code.
func Is(err error, code Code) bool {
	var f *Fault
	return errors.As(err, &f) && f.Code == code
}
