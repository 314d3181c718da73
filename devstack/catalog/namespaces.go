package catalog

import (
	"net/http"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"
)

func listNamespaces(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	var parent table.Identifier
	if p := r.URL.Query().Get("parent"); p != "" {
		parent = strings.Split(p, separator)
	}
	found, err := cat.ListNamespaces(r.Context(), parent)
	if err != nil {
		return err
	}
	if found == nil {
		found = []table.Identifier{}
	}
	answer(w, map[string]any{"namespaces": found})
	return nil
}

func createNamespace(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	var request struct {
		Namespace  table.Identifier   `json:"namespace"`
		Properties iceberg.Properties `json:"properties"`
	}
	if err := read(r, &request); err != nil {
		return err
	}
	if err := cat.CreateNamespace(r.Context(), request.Namespace, request.Properties); err != nil {
		return err
	}
	answer(w, request)
	return nil
}

func loadNamespace(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	properties, err := cat.LoadNamespaceProperties(r.Context(), namespace(r))
	if err != nil {
		return err
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	answer(w, map[string]any{"namespace": namespace(r), "properties": properties})
	return nil
}

func dropNamespace(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	if err := cat.DropNamespace(r.Context(), namespace(r)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func updateNamespace(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	var request struct {
		Removals []string           `json:"removals"`
		Updates  iceberg.Properties `json:"updates"`
	}
	if err := read(r, &request); err != nil {
		return err
	}
	summary, err := cat.UpdateNamespaceProperties(r.Context(), namespace(r), request.Removals, request.Updates)
	if err != nil {
		return err
	}
	answer(w, summary)
	return nil
}

// exists refuses what is asked of a namespace that is not there: the SQL catalog answers with an empty list.
func exists(r *http.Request, cat *warehouse) error {
	found, err := cat.CheckNamespaceExists(r.Context(), namespace(r))
	if err == nil && !found {
		err = catalog.ErrNoSuchNamespace
	}
	return err
}
