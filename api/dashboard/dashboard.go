// Package dashboard is the staff API: the route groups below /api, behind Cloudflare Access. cmd/dashboard-api serves it.
// A route group is a folder, an operation is a file.
package dashboard

//go:generate go run bluntcases.com/platform/cmd/dashboard-api openapi --out ../../docs/reference/openapi/dashboard.json

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"bluntcases.com/platform/api/dashboard/health"
	"bluntcases.com/platform/api/dashboard/performance"
	"bluntcases.com/platform/api/middleware"
	"bluntcases.com/platform/api/rest"
	"bluntcases.com/platform/internal/access"
)

const (
	maxBody     = 1 << 20          // bytes; what is larger gets a handler of its own
	patience    = 30 * time.Second // for one request
	perSecond   = 20               // requests of one principal
	burst       = 60
	apiPath     = "/api"
	apiTitle    = "Blunt Platform staff API"
	apiVersion  = "1.0.0"
	description = "Everything that staff do with the store's back office. Work that takes longer than a moment is started here and " +
		"runs as a workflow; errors are problem documents (RFC 9457)."
)

// Dependencies are what the API needs of the process.
type Dependencies struct {
	Pool       *pgxpool.Pool
	Runs       performance.Runs
	Verifier   *access.Verifier
	Checks     []health.Check
	Log        *slog.Logger
	TemporalUI string
	Namespace  string
}

// New makes the API's handler.
func New(d Dependencies) http.Handler {
	engine := rest.NewEngine(
		middleware.RequestID(),
		middleware.Log(d.Log),
		middleware.Recover(d.Log),
		middleware.Headers(),
		middleware.Limits(maxBody, patience),
		middleware.Access(d.Verifier),
		middleware.Rate(perSecond, burst),
		middleware.Idempotency(d.Pool, 2*patience),
	)
	register(engine, d)
	return engine
}

func register(engine *gin.Engine, d Dependencies) huma.API {
	api := rest.New(engine, rest.Info{Title: apiTitle, Version: apiVersion, Description: description, Path: apiPath})
	performance.Register(api, apiPath, d.Runs, d.TemporalUI, d.Namespace)
	health.Register(api, apiPath, d.Runs, d.Checks)
	return api
}

// Document is the API's OpenAPI document. It is made from the operations alone and needs nothing that they need.
func Document() ([]byte, error) {
	return rest.Document(register(rest.NewEngine(), Dependencies{}))
}
