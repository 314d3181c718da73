package middleware

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"bluntcases.com/platform/api/problem"
	"bluntcases.com/platform/internal/fault"
)

// RequestIDHeader carries the request's id in both directions.
const RequestIDHeader = "X-Request-Id"

// requestID is what a caller may choose as an id: it goes into logs.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// RequestID takes the caller's id of the request, or makes one, and puts it on the answer.
func RequestID() gin.HandlerFunc {
	return func(c *gin.Context) {
		id := c.GetHeader(RequestIDHeader)
		if !requestID.MatchString(id) {
			id = ulid.Make().String()
		}
		c.Header(RequestIDHeader, id)
	}
}

// Log writes one line a request: the route and not the path, so that ids stay out of it, no query and no body.
func Log(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		began := time.Now()
		c.Next()
		route := c.FullPath()
		if route == "" {
			route = "none"
		}
		attributes := []slog.Attr{
			slog.String("method", c.Request.Method), slog.String("route", route), slog.Int("status", c.Writer.Status()),
			slog.Int64("duration_ms", time.Since(began).Milliseconds()), slog.Int("bytes", max(0, c.Writer.Size())),
			slog.String("request_id", c.Writer.Header().Get(RequestIDHeader)),
		}
		if principal, ok := PrincipalOf(c.Request.Context()); ok {
			attributes = append(attributes, slog.String("principal", principal.Subject))
		}
		level := slog.LevelInfo
		if c.Writer.Status() >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		if last := c.Errors.Last(); last != nil {
			attributes = append(attributes, slog.String("error", last.Error()))
		}
		log.LogAttrs(c.Request.Context(), level, "request", attributes...)
	}
}

// Recover answers for a handler that panicked. The stack goes into the log and nothing of it into the answer.
func Recover(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it in the same way
				panic(cause)
			}
			log.ErrorContext(c.Request.Context(), "a handler panicked", "route", c.FullPath(), "panic", cause,
				"request_id", c.Writer.Header().Get(RequestIDHeader), "stack", string(debug.Stack()))
			if c.Writer.Written() {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
			problem.Write(c, fault.New(fault.Internal, "a handler panicked"))
		}()
		c.Next()
	}
}

// Limits bounds the body of a request, in bytes, and the time that it is given.
func Limits(body int64, patience time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.ContentLength > body {
			problem.Write(c, fault.New(fault.TooLarge, "the request's body is larger than %d bytes", body))
			return
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, body)
		ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		c.Next()
	}
}

// Headers are on every answer: nothing is cached, framed, sniffed, or loaded from elsewhere unless a route says so.
func Headers() gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Cache-Control", "no-store")
		c.Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		c.Header("X-Content-Type-Options", "nosniff")
		c.Header("Referrer-Policy", "no-referrer")
	}
}
