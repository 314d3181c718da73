package shopify

import (
	"encoding/json"
	"net/http"
	"strconv"

	"bluntcases.com/platform/simulators/shopify/store"
)

// adminRoutes are the simulator's own: what no shop has. They need no token.
func (s *Server) adminRoutes() {
	s.mux.HandleFunc("GET /_sim/health", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"status": "ok", "validated": s.Validated(), "orders": s.store.Snapshot().OrderCount()})
	})
	s.mux.HandleFunc("GET /_sim/store", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, s.store.Recipe())
	})
	s.mux.HandleFunc("PUT /_sim/store", s.loadStore)
	s.mux.HandleFunc("GET /_sim/totals", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, s.store.Snapshot().Figures())
	})
	s.mux.HandleFunc("GET /_sim/orders", s.listOrders)
	s.mux.HandleFunc("POST /_sim/edits", s.edit)
	s.mux.HandleFunc("GET /_sim/operations", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, s.bulk.list())
	})
	s.mux.HandleFunc("GET /_sim/calls", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Calls()) })
	s.mux.HandleFunc("GET /_sim/faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Faults()) })
	s.mux.HandleFunc("POST /_sim/faults", s.addFault)
	s.mux.HandleFunc("DELETE /_sim/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.RemoveFault("")
		w.WriteHeader(http.StatusNoContent)
	})
	s.mux.HandleFunc("DELETE /_sim/faults/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.RemoveFault(r.PathValue("id"))
		w.WriteHeader(http.StatusNoContent)
	})
}

// Load replaces the store. Bulk operations and edits are forgotten.
func (s *Server) Load(recipe store.Recipe) error {
	if err := s.bulk.clear(); err != nil {
		return err
	}
	return s.store.Load(recipe)
}

// Edit changes the store and tells those who subscribed. It gives the id of the
// order or product.
func (s *Server) Edit(e store.Edition) (int64, error) {
	id, err := s.store.Edit(e)
	if err != nil {
		return 0, err
	}
	kind, topic := "Order", "orders/updated"
	switch e.Do {
	case "create_order":
		topic = "orders/create"
	case "delete_order":
		topic = "orders/delete"
	case "cancel_order":
		topic = "orders/cancelled"
	case "edit_product":
		kind, topic = "Product", "products/update"
	case "delete_product":
		kind, topic = "Product", "products/delete"
	}
	s.webhooks.send(topic, map[string]any{"id": id, "admin_graphql_api_id": store.GID(kind, id)})
	return id, nil
}

func (s *Server) loadStore(w http.ResponseWriter, r *http.Request) {
	var recipe store.Recipe
	if !readBody(w, r, &recipe) {
		return
	}
	if err := s.Load(recipe); err != nil {
		problem(w, err)
		return
	}
	writeJSON(w, http.StatusOK, s.store.Snapshot().Figures())
}

func (s *Server) edit(w http.ResponseWriter, r *http.Request) {
	var e store.Edition
	if !readBody(w, r, &e) {
		return
	}
	id, err := s.Edit(e)
	if err != nil {
		problem(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"id": id})
}

func (s *Server) addFault(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if !readBody(w, r, &f) {
		return
	}
	made, err := s.AddFault(f)
	if err != nil {
		problem(w, err)
		return
	}
	writeJSON(w, http.StatusCreated, made)
}

// listOrders gives ids and names, a page at a time: ?after=ID&limit=N.
func (s *Server) listOrders(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit <= 0 || limit > 1000 {
		limit = 100
	}
	type row struct {
		ID      int64         `json:"id"`
		Name    string        `json:"name"`
		Created store.Instant `json:"created"`
		Updated store.Instant `json:"updated"`
		Lines   int           `json:"lines"`
		Status  string        `json:"status"`
	}
	rows := []row{}
	for o := range s.store.Snapshot().Orders() {
		if o.ID <= after {
			continue
		}
		if rows = append(rows, row{o.ID, o.Name, o.Created, o.Updated, len(o.Lines), orderState(o)}); len(rows) == limit {
			break
		}
	}
	writeJSON(w, http.StatusOK, rows)
}

func readBody(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		problem(w, err)
		return false
	}
	return true
}

func problem(w http.ResponseWriter, err error) {
	writeJSON(w, http.StatusUnprocessableEntity, map[string]any{"error": err.Error()})
}
