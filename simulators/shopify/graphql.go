package shopify

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

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
