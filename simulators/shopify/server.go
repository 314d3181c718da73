package shopify

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"bluntcases.com/platform/internal/shopify/adminschema"
	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

const (
	rootQuery    = "QueryRoot"
	rootMutation = "Mutation"
	// maxBody bounds a request.
	maxBody = 8 << 20
)

// Server is the simulator, an http.Handler. New makes one; Close ends what runs
// in the background.
type Server struct {
	config   Config
	registry *graph.Registry
	schema   *ast.Schema // nil where it is not installed
	store    *store.Store
	bulk     *bulk
	faults   *faults
	throttle *throttle
	webhooks *webhooks
	calls    *calls
	mux      *http.ServeMux
}

// New opens the simulator's directory and makes its store. It fails where the
// store cannot be made, or the schema cannot be read.
func New(config Config) (*Server, error) {
	config = config.complete()
	if config.Dir == "" {
		return nil, errors.New("the simulator needs a directory")
	}
	s := &Server{
		config: config, registry: newRegistry(), faults: newFaults(),
		throttle: newThrottle(config.RestoreRate, config.Clock), calls: &calls{counts: map[string]int{}},
	}
	if err := s.registry.Check(); err != nil {
		return nil, err
	}
	var err error
	if s.schema, err = loadSchema(config.Schema); err != nil {
		return nil, err
	}
	if s.store, err = store.Open(config.Dir, config.Store, config.Clock); err != nil {
		return nil, err
	}
	if s.webhooks, err = openWebhooks(config, func() string { return s.store.Snapshot().Shop.Domain }); err != nil {
		return nil, err
	}
	if s.bulk, err = openBulk(s); err != nil {
		return nil, err
	}
	s.routes()
	return s, nil
}

// Close stops bulk operations and deliveries. Operations go on at the next start.
func (s *Server) Close() error {
	s.bulk.close()
	s.webhooks.close()
	return s.store.Close()
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Store gives the store, to look at and to edit.
func (s *Server) Store() *store.Store { return s.store }

// Validated tells whether documents are held against the real schema.
func (s *Server) Validated() bool { return s.schema != nil }

// AddFault makes something go wrong from now on.
func (s *Server) AddFault(f Fault) (Fault, error) { return s.faults.add(f) }

// Faults gives the faults that stand, with how often each has struck.
func (s *Server) Faults() []Fault { return s.faults.list() }

// RemoveFault ends a fault, or all of them where the id is "".
func (s *Server) RemoveFault(id string) { s.faults.remove(id) }

// Calls counts the requests by root field ("orders"), by that and what came of
// it ("orders throttled"), and downloads ("download").
func (s *Server) Calls() map[string]int { return s.calls.all() }

func (s *Server) routes() {
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("POST /admin/api/{version}/graphql.json", s.serveGraphQL)
	s.mux.HandleFunc("POST /admin/oauth/access_token", s.serveToken)
	s.mux.HandleFunc("GET /_bulk/{file}", func(w http.ResponseWriter, r *http.Request) {
		s.calls.count("download")
		s.serveResult(w, r)
	})
	s.adminRoutes()
}

func newRegistry() *graph.Registry {
	r := graph.NewRegistry(typeName)
	for _, define := range []func(*graph.Registry){
		defineMoney, defineOrder, defineLines, defineTransactions, defineRefunds, defineFulfillments, defineReturns,
		defineAgreements, defineProducts, defineCustomers, defineShop, defineMetafields, defineBulk, defineQueries,
		defineMutations,
	} {
		define(r)
	}
	return r
}

func loadSchema(path string) (*ast.Schema, error) {
	if path == "none" {
		return nil, nil
	}
	if path == "" {
		found, err := adminschema.Find()
		if errors.Is(err, adminschema.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		path = found
	}
	schema, err := adminschema.Load(path)
	if err != nil {
		return nil, err
	}
	return schema.Schema, nil
}

// scopes are those that the app has at present.
func (s *Server) scopes() []string {
	return slices.DeleteFunc(slices.Clone(s.config.Scopes), s.faults.withdrawn)
}

func (s *Server) granted(scope string) bool {
	return slices.Contains(s.config.Scopes, scope) && !s.faults.withdrawn(scope)
}

// parse reads a document and, where the schema is there, validates it.
func (s *Server) parse(text string) (*ast.QueryDocument, error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, 20_000)
	if err != nil {
		return nil, err
	}
	if s.schema == nil {
		return doc, nil
	}
	if faults := validator.ValidateWithRules(s.schema, doc, rules.NewDefaultRules()); len(faults) > 0 {
		return nil, faults
	}
	return doc, nil
}

// compileBulk prepares the query of a bulk operation.
func (s *Server) compileBulk(query string, granted func(string) bool) (*graph.Plan, *env, error) {
	doc, err := s.parse(query)
	if err != nil {
		return nil, nil, err
	}
	if len(doc.Operations) != 1 || doc.Operations[0].Operation != ast.Query {
		return nil, nil, errors.New("the document must hold one query")
	}
	if len(doc.Operations[0].VariableDefinitions) > 0 {
		return nil, nil, errors.New("the query cannot have variables")
	}
	plan, err := s.registry.Compile(doc, doc.Operations[0], rootQuery, nil, granted)
	return plan, s.bulkEnv(), err
}

// baseURL is where the client reached us.
func baseURL(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the client went away
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
