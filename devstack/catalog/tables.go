package catalog

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"
)

// name is a table as the protocol writes it.
type name struct {
	Namespace []string `json:"namespace"`
	Name      string   `json:"name"`
}

func (n name) identifier() table.Identifier {
	return append(append(table.Identifier{}, n.Namespace...), n.Name)
}

func listTables(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	if err := exists(r, cat); err != nil {
		return err
	}
	names := []name{}
	for found, err := range cat.ListTables(r.Context(), namespace(r)) {
		if err != nil {
			return err
		}
		names = append(names, name{catalog.NamespaceFromIdent(found), catalog.TableNameFromIdent(found)})
	}
	answer(w, map[string]any{"identifiers": names})
	return nil
}

func (s *Server) createTable(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	var request struct {
		Name     string                        `json:"name"`
		Location string                        `json:"location"`
		Schema   *iceberg.Schema               `json:"schema"`
		Spec     *iceberg.UnboundPartitionSpec `json:"partition-spec"`
		Order    *table.UnboundSortOrder       `json:"write-order"`
		Stage    bool                          `json:"stage-create"`
		Props    iceberg.Properties            `json:"properties"`
	}
	if err := read(r, &request); err != nil {
		return err
	}
	if request.Schema == nil || request.Name == "" {
		return invalid("a table needs a name and a schema")
	}
	spec, order := iceberg.UnpartitionedSpec, table.UnsortedSortOrder
	if request.Spec != nil {
		spec = &request.Spec.PartitionSpec
	}
	if request.Order != nil {
		order = request.Order.SortOrder
	}
	if request.Stage {
		return s.stageTable(w, r, cat, request.Name, request.Location, request.Schema, spec, order, request.Props)
	}
	options := []catalog.CreateTableOpt{
		catalog.WithPartitionSpec(spec), catalog.WithSortOrder(order), catalog.WithProperties(request.Props),
	}
	if request.Location != "" {
		options = append(options, catalog.WithLocation(request.Location))
	}
	created, err := cat.CreateTable(r.Context(), append(namespace(r), request.Name), request.Schema, options...)
	if err != nil {
		return err
	}
	answer(w, s.loaded(created.Metadata(), created.MetadataLocation()))
	return nil
}

// stageTable answers with the metadata of a table that a later commit with assert-create will make. Nothing is kept.
func (s *Server) stageTable(w http.ResponseWriter, r *http.Request, cat *warehouse, name, location string,
	schema *iceberg.Schema, spec *iceberg.PartitionSpec, order table.SortOrder, properties iceberg.Properties,
) error {
	if err := exists(r, cat); err != nil {
		return err
	}
	if location == "" {
		location = fmt.Sprintf("%s/%s/%s/%s", s.location, r.PathValue("prefix"), strings.Join(namespace(r), "."), name)
	}
	staged, err := table.NewMetadata(schema, spec, order, location, properties)
	if err != nil {
		return invalid("the table cannot be made: %v", err)
	}
	answer(w, s.loaded(staged, ""))
	return nil
}

func (s *Server) loadTable(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	found, err := cat.LoadTable(r.Context(), identifier(r))
	if err != nil {
		return err
	}
	answer(w, s.loaded(found.Metadata(), found.MetadataLocation()))
	return nil
}

// loaded is a table with the settings that its files are reached by.
func (s *Server) loaded(metadata table.Metadata, location string) map[string]any {
	body := map[string]any{"metadata": metadata, "config": s.storage}
	if location != "" {
		body["metadata-location"] = location
	}
	return body
}

func tableExists(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	found, err := cat.CheckTableExists(r.Context(), identifier(r))
	if err != nil {
		return err
	}
	if !found {
		return catalog.ErrNoSuchTable
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func dropTable(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	drop := cat.DropTable
	if r.URL.Query().Get("purgeRequested") == "true" {
		drop = cat.PurgeTable
	}
	if err := drop(r.Context(), identifier(r)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// commitTable applies updates if every requirement holds. One that does not is a conflict, after which a client loads
// the table again and decides.
func commitTable(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	var request struct {
		Requirements table.Requirements `json:"requirements"`
		Updates      table.Updates      `json:"updates"`
	}
	if err := read(r, &request); err != nil {
		return err
	}
	cat.commit.Lock()
	defer cat.commit.Unlock()
	var current table.Metadata
	switch found, err := cat.LoadTable(r.Context(), identifier(r)); {
	case err == nil:
		current = found.Metadata()
	case !errors.Is(err, catalog.ErrNoSuchTable) || !creates(request.Requirements):
		return err
	}
	for _, requirement := range request.Requirements {
		if err := requirement.Validate(current); err != nil {
			return fmt.Errorf("%w: %w", table.ErrCommitFailed, err)
		}
	}
	metadata, location, err := cat.CommitTable(r.Context(), identifier(r), request.Requirements, request.Updates)
	if err != nil {
		return err
	}
	answer(w, map[string]any{"metadata": metadata, "metadata-location": location})
	return nil
}

// creates says whether the commit is the second half of a staged creation.
func creates(requirements table.Requirements) bool {
	for _, requirement := range requirements {
		if requirement.GetType() == table.AssertCreate().GetType() {
			return true
		}
	}
	return false
}

func renameTable(w http.ResponseWriter, r *http.Request, cat *warehouse) error {
	var request struct {
		Source      name `json:"source"`
		Destination name `json:"destination"`
	}
	if err := read(r, &request); err != nil {
		return err
	}
	if _, err := cat.RenameTable(r.Context(), request.Source.identifier(), request.Destination.identifier()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// reportMetrics accepts a client's measurements, which nobody here reads.
func reportMetrics(w http.ResponseWriter, _ *http.Request, _ *warehouse) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
