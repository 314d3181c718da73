// Package problem turns faults into problem documents (RFC 9457), the one form in which every HTTP endpoint of the
// platform refuses: those of the staff API, the webhooks, and what no route answers. It never tells what lies behind an
// internal error; that stands in the log, under the request's id.
package problem

import (
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bluntcases.com/platform/internal/fault"
)

// ContentType is the media type of a problem document.
const ContentType = "application/problem+json"

// typePrefix makes a fault's code a URI. It is a name and not an address: what it means stands in `title` and `advice`.
const typePrefix = "urn:bluntcases:fault:"

// Document is a problem document with the platform's members.
type Document struct {
	Type      string        `json:"type" format:"uri" example:"urn:bluntcases:fault:invalid_input" doc:"Identifies the kind of problem: the code as a URN"`
	Title     string        `json:"title" example:"Unprocessable Entity" doc:"The kind of problem, in words"`
	Status    int           `json:"status" example:"422" doc:"The HTTP status"`
	Detail    string        `json:"detail" doc:"What happened this time, in one sentence"`
	Instance  string        `json:"instance,omitempty" doc:"The path that was asked for"`
	Code      fault.Code    `json:"code" example:"invalid_input" doc:"Stable, for programs"`
	Advice    string        `json:"advice" doc:"What to do about it"`
	Retryable bool          `json:"retryable" doc:"Whether the same request may succeed later with nobody doing anything"`
	RequestID string        `json:"request_id,omitempty" doc:"Under which the log speaks of this request"`
	Errors    []fault.Field `json:"errors,omitempty" doc:"Every fault of a refused input, by field"`

	retryAfter int // seconds
	cause      error
}

// From describes an error. One that is not a fault, and one that is internal, shows nothing of itself.
func From(err error) *Document {
	f := fault.Of(err)
	status := f.Code.Status()
	d := &Document{
		Type: typePrefix + string(f.Code), Title: http.StatusText(status), Status: status, Detail: sentence(f), Code: f.Code,
		Advice: f.Code.Advice(), Retryable: f.Retryable(), Errors: f.Fields, cause: err,
	}
	if f.RetryAfter > 0 {
		d.retryAfter = int(math.Ceil(f.RetryAfter.Seconds()))
	} else if d.Retryable {
		d.retryAfter = 1
	}
	return d
}

// sentence is what a stranger may read: the fault's own words without those of its cause.
func sentence(f *fault.Fault) string {
	if f.Code == fault.Internal {
		return "something went wrong on our side"
	}
	return f.Detail
}

// WithStatus is a problem that HTTP itself has, such as a method that a path does not take.
func WithStatus(status int, f *fault.Fault) *Document {
	d := From(f)
	d.Status, d.Title = status, http.StatusText(status)
	return d
}

// Error implements error; Unwrap leads to what was described, for the log.
func (d *Document) Error() string { return d.Detail }
func (d *Document) Unwrap() error { return d.cause }

// GetStatus, GetHeaders and ContentType make the document an error that huma writes as it is.
func (d *Document) GetStatus() int { return d.Status }

// GetHeaders carries Retry-After.
func (d *Document) GetHeaders() http.Header {
	if d.retryAfter == 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(d.retryAfter)}}
}

// ContentType is application/problem+json whatever was negotiated.
func (d *Document) ContentType(string) string { return ContentType }

// requestIDKey is where middleware.RequestID puts the request's id.
const requestIDKey = "X-Request-Id"

// Complete fills in what only the request knows.
func (d *Document) Complete(path string, header http.Header) *Document {
	d.Instance, d.RequestID = path, header.Get(requestIDKey)
	return d
}

// Write answers the request with the error and ends its handling. An error that is nobody's fault but ours is left on
// the context, where the request's log line finds it.
func Write(c *gin.Context, err error) {
	d, ok := err.(*Document) //nolint:errorlint // a document is written as it is, an error that wraps one is described
	if !ok {
		d = From(err)
	}
	d.Complete(c.Request.URL.Path, c.Writer.Header())
	if d.Status >= http.StatusInternalServerError {
		_ = c.Error(err) // returns what it was given
	}
	body, err := json.Marshal(d)
	if err != nil {
		body = []byte(`{"status":500}`)
	}
	for name, values := range d.GetHeaders() {
		c.Header(name, strings.Join(values, ", "))
	}
	c.Header("Cache-Control", "no-store")
	c.Abort()
	c.Data(d.Status, ContentType, body)
}

// LogValue keeps the cause in the log, where From keeps it out of the answer.
func (d *Document) LogValue() slog.Value {
	if d.cause != nil {
		return slog.StringValue(d.cause.Error())
	}
	return slog.StringValue(d.Detail)
}
