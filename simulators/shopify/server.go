package shopify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
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

// request is the body of a GraphQL request.
type request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

func (s *Server) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("version") != s.config.Version {
		writeJSON(w, http.StatusNotFound, map[string]any{"errors": "Not Found"})
		return
	}
	app := s.client(r.Header.Get("X-Shopify-Access-Token"))
	if app == nil {
		s.calls.count("unauthorized")
		writeJSON(w, http.StatusUnauthorized, map[string]any{
			"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)",
		})
		return
	}
	var body request
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	if err := decoder.Decode(&body); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]any{"errors": map[string]string{"query": "Required parameter missing or invalid"}})
		return
	}
	s.answer(w, r, app, body)
}

// answer executes a request: parse, compile, faults, budget, run.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, app *client, body request) {
	plan, op, err := s.prepare(body)
	roots := rootsOf(op, plan)
	for _, name := range roots {
		s.calls.count(name)
	}
	if s.interrupted(w, r, app, roots) {
		return
	}
	if err != nil {
		s.refuse(w, app, err)
		return
	}
	if plan.Requested > maxCost {
		s.refuse(w, app, &graph.Error{
			Message:    fmt.Sprintf("Query cost is %v, which exceeds the single query max cost limit (%v).", plan.Requested, float64(maxCost)),
			Extensions: map[string]any{"code": "MAX_COST_EXCEEDED", "cost": plan.Requested, "maxCost": maxCost},
		})
		return
	}
	if !app.bucket.take(plan.Requested) {
		s.countAll(roots, "throttled")
		s.throttled(w, app, plan.Requested)
		return
	}
	e := &env{server: s, snap: s.store.Snapshot(), now: store.InstantOf(s.config.Clock()), client: app}
	var root any = queryRoot{}
	typ := rootQuery
	if op.Operation == ast.Mutation {
		root, typ = mutationRoot{}, rootMutation
	}
	data, actual, err := plan.Execute(&session{env: e, base: baseURL(r)}, root, typ)
	app.bucket.give(plan.Requested - actual)
	if s.faults.draw(FaultAnswerLost, roots...) != nil {
		s.countAll(roots, "lost")
		hangUp(w)
		return
	}
	answer := map[string]any{"extensions": app.bucket.status(plan.Requested, actual)}
	if err != nil {
		answer["data"], answer["errors"] = nil, asErrors(err)
	} else {
		answer["data"] = json.RawMessage(data)
	}
	writeJSON(w, http.StatusOK, answer)
}

// prepare parses and compiles the operation that a request names.
func (s *Server) prepare(body request) (*graph.Plan, *ast.OperationDefinition, error) {
	doc, err := s.parse(body.Query)
	if err != nil {
		return nil, nil, err
	}
	op := doc.Operations.ForName(body.OperationName)
	if op == nil || op.Operation == ast.Subscription {
		return nil, nil, errors.New("the document does not hold the operation")
	}
	typ := rootQuery
	if op.Operation == ast.Mutation {
		typ = rootMutation
	}
	plan, err := s.registry.Compile(doc, op, typ, body.Variables, s.granted)
	return plan, op, err
}

func rootsOf(op *ast.OperationDefinition, plan *graph.Plan) []string {
	if plan != nil {
		return plan.Roots
	}
	var names []string
	if op != nil {
		for _, selection := range op.SelectionSet {
			if f, ok := selection.(*ast.Field); ok {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

// interrupted lets the faults of requests strike. It tells whether an answer
// has been given, or none ever will.
func (s *Server) interrupted(w http.ResponseWriter, r *http.Request, app *client, roots []string) bool {
	if f := s.faults.draw(FaultSlow, roots...); f != nil {
		s.countAll(roots, "slow")
		if !sleep(r.Context(), f.delay()) {
			return true
		}
	}
	switch {
	case s.faults.draw(FaultReset, roots...) != nil:
		s.countAll(roots, "reset")
		hangUp(w)
	case s.faults.draw(FaultHTTP429, roots...) != nil:
		s.countAll(roots, "429")
		w.Header().Set("Retry-After", "1.0")
		writeJSON(w, http.StatusTooManyRequests, map[string]any{"errors": "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."})
	case s.faults.draw(FaultThrottled, roots...) != nil:
		s.countAll(roots, "throttled")
		s.throttled(w, app, 100)
	default:
		f := s.faults.draw(FaultHTTP5xx, roots...)
		if f == nil {
			return false
		}
		s.countAll(roots, "5xx")
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.status(http.StatusServiceUnavailable))
		io.WriteString(w, "<html><body>Something went wrong</body></html>") //nolint:errcheck // the client went away
	}
	return true
}

func (s *Server) throttled(w http.ResponseWriter, app *client, requested float64) {
	writeJSON(w, http.StatusOK, map[string]any{
		"errors": []*graph.Error{{Message: "Throttled", Extensions: map[string]any{
			"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits",
		}}},
		"extensions": app.bucket.status(requested, nil),
	})
}

func (s *Server) refuse(w http.ResponseWriter, app *client, err error) {
	s.calls.count("refused")
	writeJSON(w, http.StatusOK, map[string]any{"errors": asErrors(err), "extensions": app.bucket.status(1, nil)})
}

func asErrors(err error) any {
	var e *graph.Error
	if errors.As(err, &e) {
		return []*graph.Error{e}
	}
	return []*graph.Error{{Message: err.Error(), Extensions: map[string]any{"code": "GRAPHQL_VALIDATION_FAILED"}}}
}

func (s *Server) countAll(roots []string, what string) {
	for _, name := range roots {
		s.calls.count(name + " " + what)
	}
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

// calls counts requests.
type calls struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *calls) count(name string) {
	c.mu.Lock()
	c.counts[name]++
	c.mu.Unlock()
}

func (c *calls) all() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]int{}
	for k, v := range c.counts {
		all[k] = v
	}
	return all
}
