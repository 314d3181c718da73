package catalog

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	sqlcatalog "github.com/apache/iceberg-go/catalog/sql"
	"github.com/apache/iceberg-go/table"
)

// maxBody bounds a request: a commit names every file that it adds.
const maxBody = 64 << 20

// Server speaks the Iceberg REST protocol. Views, staged transactions over several tables, and scan planning are not
// offered, and not advertised.
type Server struct {
	db       *sql.DB
	location string
	storage  iceberg.Properties
	mux      *http.ServeMux

	mu         sync.Mutex
	warehouses map[string]*warehouse
}

// warehouse is one catalog. Commits to it are one at a time: a requirement that holds when it is checked still holds
// when the commit is written.
type warehouse struct {
	*sqlcatalog.Catalog
	commit sync.Mutex
}

// New makes a server whose tables lie below location, by warehouse. The storage settings reach its clients.
func New(db *sql.DB, location string, storage iceberg.Properties) *Server {
	s := &Server{db: db, location: location, storage: storage, mux: http.NewServeMux(), warehouses: map[string]*warehouse{}}
	s.mux.HandleFunc("GET /v1/config", s.config)
	for pattern, handle := range s.routes() {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			cat, err := s.warehouse(r.PathValue("prefix"))
			if err == nil {
				err = handle(w, r, cat)
			}
			if err != nil {
				fail(w, err)
			}
		})
	}
	return s
}

type handler func(http.ResponseWriter, *http.Request, *warehouse) error

func (s *Server) routes() map[string]handler {
	return map[string]handler{
		"GET /v1/{prefix}/namespaces":                                     listNamespaces,
		"POST /v1/{prefix}/namespaces":                                    createNamespace,
		"GET /v1/{prefix}/namespaces/{namespace}":                         loadNamespace,
		"HEAD /v1/{prefix}/namespaces/{namespace}":                        loadNamespace,
		"DELETE /v1/{prefix}/namespaces/{namespace}":                      dropNamespace,
		"POST /v1/{prefix}/namespaces/{namespace}/properties":             updateNamespace,
		"GET /v1/{prefix}/namespaces/{namespace}/tables":                  listTables,
		"POST /v1/{prefix}/namespaces/{namespace}/tables":                 s.createTable,
		"GET /v1/{prefix}/namespaces/{namespace}/tables/{table}":          s.loadTable,
		"HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}":         tableExists,
		"DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}":       dropTable,
		"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}":         commitTable,
		"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics": reportMetrics,
		"POST /v1/{prefix}/tables/rename":                                 renameTable,
	}
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// config tells a client which part of the paths is its warehouse, how files are reached, and what is offered.
func (s *Server) config(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("warehouse")
	if name == "" {
		name = Warehouse
	}
	if strings.ContainsAny(name, "/:") {
		fail(w, invalid("a warehouse is a plain name, as %q", Warehouse))
		return
	}
	var endpoints []string
	for pattern := range s.routes() {
		endpoints = append(endpoints, pattern)
	}
	answer(w, map[string]any{
		"defaults": s.storage, "overrides": iceberg.Properties{"prefix": name}, "endpoints": endpoints,
	})
}

// warehouse opens a catalog the first time it is asked for.
func (s *Server) warehouse(name string) (*warehouse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cat, ok := s.warehouses[name]; ok {
		return cat, nil
	}
	properties := iceberg.Properties{"warehouse": s.location + "/" + name}
	for key, value := range s.storage {
		properties[key] = value
	}
	cat, err := sqlcatalog.NewCatalog(name, s.db, sqlcatalog.SQLite, properties)
	if err != nil {
		return nil, fmt.Errorf("open the warehouse %s: %w", name, err)
	}
	s.warehouses[name] = &warehouse{Catalog: cat}
	return s.warehouses[name], nil
}

// separator is what levels of a namespace are joined by in a path.
const separator = "\x1f"

func namespace(r *http.Request) table.Identifier {
	return strings.Split(r.PathValue("namespace"), separator)
}

func identifier(r *http.Request) table.Identifier {
	return append(namespace(r), r.PathValue("table"))
}

func read(r *http.Request, into any) error {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		return invalid("the body is not what the protocol asks for: %v", err)
	}
	return nil
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the client is gone if this fails
}

// requestError is a fault of the request itself.
type requestError struct{ detail string }

func (e requestError) Error() string { return e.detail }

func invalid(format string, args ...any) error { return requestError{fmt.Sprintf(format, args...)} }

// fail answers with the protocol's error model.
func fail(w http.ResponseWriter, err error) {
	status, kind := http.StatusInternalServerError, "InternalServerError"
	var request requestError
	for _, known := range []struct {
		is     error
		status int
		kind   string
	}{
		{catalog.ErrNoSuchTable, http.StatusNotFound, "NoSuchTableException"},
		{catalog.ErrNoSuchNamespace, http.StatusNotFound, "NoSuchNamespaceException"},
		{catalog.ErrTableAlreadyExists, http.StatusConflict, "AlreadyExistsException"},
		{catalog.ErrNamespaceAlreadyExists, http.StatusConflict, "AlreadyExistsException"},
		{catalog.ErrNamespaceNotEmpty, http.StatusConflict, "NamespaceNotEmptyException"},
		{table.ErrCommitFailed, http.StatusConflict, "CommitFailedException"},
		{catalog.ErrInvalidIdentifier, http.StatusBadRequest, "BadRequestException"},
		{iceberg.ErrInvalidSchema, http.StatusBadRequest, "BadRequestException"},
		{iceberg.ErrInvalidArgument, http.StatusBadRequest, "BadRequestException"},
		{context.Canceled, 499, "RequestCanceledException"},
	} {
		if errors.Is(err, known.is) {
			status, kind = known.status, known.kind
			break
		}
	}
	if errors.As(err, &request) {
		status, kind = http.StatusBadRequest, "BadRequestException"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"error": map[string]any{"message": err.Error(), "type": kind, "code": status},
	})
}
