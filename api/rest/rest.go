// Package rest is how the platform's HTTP APIs are built: huma on Gin, with its traps closed. Handlers are functions from
// a typed input to a typed output; their errors are faults and go out as problem documents; the OpenAPI document is made
// from them. The APIs' packages call it; it knows none of them.
package rest

import (
	"context"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"bluntcases.com/platform/api/problem"
	"bluntcases.com/platform/internal/access"
	"bluntcases.com/platform/internal/fault"
)

// Info is what an API says of itself.
type Info struct {
	Title, Version, Description string
	// Path is below which the API lies, its document and its page among it: "/api".
	Path string
}

// AccessScheme names the security scheme of the staff API.
const AccessScheme = "access"

// New makes an API on the routes of an engine that NewEngine made. Its document is served at Path/openapi.json and read by the page Path/docs.
func New(engine *gin.Engine, info Info) huma.API {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: info.Title, Version: info.Version, Description: info.Description},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{AccessScheme: {
					Type: "apiKey", In: "header", Name: access.Header,
					Description: "The JWT that Cloudflare Access puts on every request that it lets through.",
				}},
			},
			Security: []map[string][]string{{AccessScheme: {}}},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
	api := humagin.New(engine, config)
	serveDocument(engine, api, info)
	return api
}

// settle sets what huma and Gin keep in package variables. They are the same for every API of every process.
var settle = sync.OnceFunc(func() {
	gin.SetMode(gin.ReleaseMode)
	huma.ValidateStrictCasing = true  // `RunID` is not `run_id`
	huma.DefaultArrayNullable = false // in the document, a list is never null
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		document := describe(status, message, errs)
		if ctx == nil {
			return document
		}
		for name, values := range document.GetHeaders() {
			ctx.SetHeader(name, strings.Join(values, ", "))
		}
		if c := humagin.Unwrap(ctx); c != nil {
			document.Complete(c.Request.URL.Path, c.Writer.Header())
			if document.Status >= http.StatusInternalServerError {
				_ = c.Error(document.Unwrap()) // returns what it was given; the log line takes it up
			}
		}
		return document
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return describe(status, message, errs)
	}
})

// describe makes a problem document of what a handler returned, or of what huma found wrong with a request. The values
// that huma would quote are left out: a request may hold what a log must not.
func describe(status int, message string, errs []error) *problem.Document {
	if len(errs) == 1 {
		if _, detail := errs[0].(huma.ErrorDetailer); !detail && status == http.StatusInternalServerError {
			return problem.From(errs[0])
		}
	}
	f := fault.New(codeOf(status), "%s", message)
	for _, err := range errs {
		if detailed, ok := err.(huma.ErrorDetailer); ok {
			d := detailed.ErrorDetail()
			f.Fields = append(f.Fields, fault.Field{Name: d.Location, Detail: d.Message})
		}
	}
	return problem.WithStatus(status, f)
}

// codeOf is the code of what HTTP or huma refused on its own.
func codeOf(status int) fault.Code {
	switch {
	case status == http.StatusNotFound:
		return fault.NotFound
	case status == http.StatusRequestEntityTooLarge:
		return fault.TooLarge
	case status == http.StatusRequestTimeout:
		return fault.Timeout
	case status >= http.StatusInternalServerError:
		return fault.Internal
	default:
		return fault.InvalidInput
	}
}

// schemaName keeps the types of two packages apart: performance.Run is PerformanceRun. huma would panic on the second
// Run otherwise.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if page := genericName.FindStringSubmatch(t.Name()); page != nil {
		return titled(page[2]) + page[3] + page[1] // Page[…/performance.Sync] is PerformanceSyncPage
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if t == reflect.TypeFor[problem.Document]() {
		return "Problem"
	}
	path := t.PkgPath()
	if path == "" || strings.HasSuffix(path, "internal/contract") || strings.HasSuffix(path, "internal/fault") {
		return name
	}
	prefix := titled(path[strings.LastIndex(path, "/")+1:])
	if strings.HasPrefix(name, prefix) {
		return name
	}
	return prefix + name
}

// genericName takes the name of a generic type with one argument apart: the type, the argument's package, the argument.
var genericName = regexp.MustCompile(`^(\w+)\[.*?([^/.]+)\.(\w+)\]$`)

func titled(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// Register adds an operation. Every operation may be refused by what stands before it, and says so in the document.
func Register[In, Out any](api huma.API, operation huma.Operation, handle func(context.Context, *In) (*Out, error)) {
	operation.Errors = append([]int{http.StatusUnauthorized, http.StatusUnprocessableEntity, http.StatusTooManyRequests}, operation.Errors...)
	huma.Register(api, operation, handle)
}

// NewEngine makes an engine that passes every request through the middleware and answers in problem documents for paths
// and methods that no operation has.
func NewEngine(middleware ...gin.HandlerFunc) *gin.Engine {
	settle()
	engine := gin.New()
	engine.ContextWithFallback = true
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash, engine.RedirectFixedPath = false, false
	// The peer is always a proxy. Who is asking stands in its token, so no forwarded address is believed.
	_ = engine.SetTrustedProxies(nil) // fails for addresses that cannot be parsed, and there are none
	engine.Use(middleware...)
	engine.NoRoute(func(c *gin.Context) {
		problem.Write(c, fault.New(fault.NotFound, "there is nothing at this path"))
	})
	engine.NoMethod(func(c *gin.Context) {
		problem.Write(c, problem.WithStatus(http.StatusMethodNotAllowed,
			fault.New(fault.InvalidInput, "the path does not take %s; it takes %s", c.Request.Method, c.Writer.Header().Get("Allow"))))
	})
	return engine
}
