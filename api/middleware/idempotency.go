package middleware

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bluntcases.com/platform/api/problem"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
)

// The headers of a request that may be sent twice, and of an answer that was given before.
const (
	IdempotencyHeader = "Idempotency-Key"
	ReplayedHeader    = "Idempotency-Replayed"
)

// idempotencyKey is what a caller may choose as a key: a UUID, a ULID, or the like.
var idempotencyKey = regexp.MustCompile(`^[A-Za-z0-9._:-]{8,128}$`)

// Idempotency makes a POST that carries an Idempotency-Key take effect once. The first request with a key runs and its
// answer is kept; a repetition by the same principal gets that answer. The key with another request is refused, and so
// is one whose first request is still running. A request that failed for no fault of the caller's keeps nothing: its
// repetition runs. abandoned is how long a request may run; a key that has no answer after it died with its process.
func Idempotency(pool *pgxpool.Pool, abandoned time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		key := c.GetHeader(IdempotencyHeader)
		if key == "" || c.Request.Method != http.MethodPost {
			return
		}
		k, err := claimOf(c, key)
		if err != nil {
			problem.Write(c, err)
			return
		}
		k.queries, k.abandoned = store.New(pool), abandoned
		earlier, err := k.claim(c.Request.Context())
		switch {
		case err != nil:
			problem.Write(c, err)
		case earlier != nil:
			c.Header(ReplayedHeader, "true")
			if earlier.location != "" {
				c.Header("Location", earlier.location)
			}
			c.Abort()
			c.Data(earlier.status, earlier.contentType, earlier.body)
		default:
			k.run(c)
		}
	}
}

// claim is a key as one request uses it.
type claim struct {
	queries               *store.Queries
	principal, route, key string
	digest                string
	abandoned             time.Duration
}

func claimOf(c *gin.Context, key string) (*claim, error) {
	if !idempotencyKey.MatchString(key) {
		return nil, fault.Invalid("request", fault.Field{Name: IdempotencyHeader, Detail: "is 8 to 128 letters, digits, '.', '_', ':' or '-'"})
	}
	body, err := io.ReadAll(c.Request.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, fault.New(fault.TooLarge, "the request's body is larger than %d bytes", tooLarge.Limit)
	}
	if err != nil {
		return nil, fault.Invalid("request", fault.Field{Name: "body", Detail: "broke off"})
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.New()
	for _, part := range []string{c.Request.URL.RequestURI(), c.ContentType()} {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	sum.Write(body)
	principal, _ := PrincipalOf(c.Request.Context())
	return &claim{
		principal: principal.Subject, route: c.Request.Method + " " + c.FullPath(), key: key, digest: hex.EncodeToString(sum.Sum(nil)),
	}, nil
}

// kept is an answer as it is stored.
type kept struct {
	status      int
	contentType string
	location    string
	body        []byte
}

// claim takes the key for this request, or finds the answer that an earlier one was given.
func (k *claim) claim(ctx context.Context) (*kept, error) {
	for range 2 {
		first, err := k.queries.ClaimIdempotencyKey(ctx, store.ClaimIdempotencyKeyParams{
			Principal: k.principal, Route: k.route, Key: k.key, RequestDigest: k.digest,
		})
		if err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "claim the %s", IdempotencyHeader)
		}
		if first == 1 {
			return nil, nil
		}
		earlier, err := k.queries.IdempotencyKey(ctx, store.IdempotencyKeyParams{Principal: k.principal, Route: k.route, Key: k.key})
		if errors.Is(err, pgx.ErrNoRows) {
			continue // released in between
		}
		if err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "read the %s", IdempotencyHeader)
		}
		switch {
		case earlier.RequestDigest != k.digest:
			return nil, fault.Invalid("request", fault.Field{Name: IdempotencyHeader, Detail: "was used for another request"})
		case earlier.ResponseStatus != nil:
			return decode(int(*earlier.ResponseStatus), earlier.ResponseBody)
		case time.Since(earlier.CreateTs) < k.abandoned:
			return nil, problem.WithStatus(http.StatusConflict, fault.New(fault.Unavailable, "the first request with this %s is still running", IdempotencyHeader))
		}
		if err := k.release(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fault.New(fault.Unavailable, "the %s is in use", IdempotencyHeader)
}

// envelope is how an answer stands in the database, beside its status.
type envelope struct {
	ContentType string          `json:"content_type"`
	Location    string          `json:"location,omitempty"`
	Body        json.RawMessage `json:"body"`
}

func decode(status int, stored []byte) (*kept, error) {
	var e envelope
	if err := json.Unmarshal(stored, &e); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read a kept answer")
	}
	return &kept{status: status, contentType: e.ContentType, location: e.Location, body: e.Body}, nil
}

// run lets the request through with its answer held back, keeps the answer, and then sends it: an answer that the
// caller has seen is one that a repetition gets too.
func (k *claim) run(c *gin.Context) {
	held := &heldWriter{ResponseWriter: c.Writer}
	original := c.Writer
	c.Writer = held
	ended := false
	// What follows has to happen even where the caller has gone away, or the key would be taken for abandoned.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), 5*time.Second)
	defer cancel()
	defer func() {
		c.Writer = original
		if !ended {
			_ = k.release(ctx) // a panic passes by; the key is free again, or is taken for abandoned
		}
	}()
	c.Next()
	ended = true
	if err := k.keep(ctx, held); err != nil {
		c.Writer = original
		problem.Write(c, err)
		return
	}
	original.WriteHeader(held.Status())
	_, _ = original.Write(held.body.Bytes()) // the caller has gone away; its repetition finds the answer
}

func (k *claim) keep(ctx context.Context, held *heldWriter) error {
	status := held.Status()
	if status >= http.StatusInternalServerError || status == http.StatusTooManyRequests || !json.Valid(held.body.Bytes()) {
		return k.release(ctx)
	}
	stored, err := json.Marshal(envelope{
		ContentType: held.Header().Get("Content-Type"), Location: held.Header().Get("Location"), Body: held.body.Bytes(),
	})
	if err != nil {
		return fault.Wrap(fault.Internal, err, "keep the answer")
	}
	_, err = k.queries.AnswerIdempotencyKey(ctx, store.AnswerIdempotencyKeyParams{
		Principal: k.principal, Route: k.route, Key: k.key, ResponseStatus: int32(status), ResponseBody: stored, //nolint:gosec // an HTTP status
	})
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "keep the answer under its %s", IdempotencyHeader)
	}
	return nil
}

func (k *claim) release(ctx context.Context) error {
	err := k.queries.ReleaseIdempotencyKey(ctx, store.ReleaseIdempotencyKeyParams{Principal: k.principal, Route: k.route, Key: k.key})
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "release the %s", IdempotencyHeader)
	}
	return nil
}

// heldWriter keeps an answer in memory. Answers to requests with a key are small JSON documents.
type heldWriter struct {
	gin.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *heldWriter) WriteHeader(status int)            { w.status = status }
func (w *heldWriter) WriteHeaderNow()                   {}
func (w *heldWriter) Write(p []byte) (int, error)       { return w.body.Write(p) }
func (w *heldWriter) WriteString(s string) (int, error) { return w.body.WriteString(s) }
func (w *heldWriter) Written() bool                     { return w.body.Len() > 0 }
func (w *heldWriter) Size() int                         { return w.body.Len() }
func (w *heldWriter) Status() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
