package shopify

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/fault"
)

//go:embed operations/*.graphql
var files embed.FS

// operation is a GraphQL document that the client sends.
type operation struct {
	name     string
	text     string
	mutation bool
}

// The operations that are sent as they stand. The bulk queries are made by BulkQuery.
var (
	opAccessScopes   = load("access_scopes")
	opShop           = load("shop")
	opLocations      = load("locations")
	opFirstOrder     = load("first_order")
	opBulkRun        = load("bulk_run")
	opBulkOperation  = load("bulk_operation")
	opBulkOperations = load("bulk_operations")
	opBulkCancel     = load("bulk_cancel")
	opMetafieldsSet  = load("metafields_set")
)

// load reads an embedded operation. It panics where there is none: that is a mistake in this file, found by any test.
func load(name string) operation {
	text := Document(name)
	return operation{name: name, text: text, mutation: strings.Contains(text, "\nmutation ")}
}

// Document is the text of the operation of that name, and panics where there is none.
func Document(name string) string {
	text, err := files.ReadFile("operations/" + name + ".graphql")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Documents are the names of all operations, sorted.
func Documents() []string {
	entries, err := fs.ReadDir(files, "operations")
	if err != nil {
		panic(err) // the directory is embedded
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(path.Base(entry.Name()), ".graphql"))
	}
	return names
}

// BulkDocument names a bulk query among the operations.
type BulkDocument string

// The bulk queries.
const (
	BulkOrders     BulkDocument = "bulk_orders"
	BulkProducts   BulkDocument = "bulk_products"
	BulkCustomers  BulkDocument = "bulk_customers"
	BulkOrderIDs   BulkDocument = "bulk_order_ids"
	BulkProductIDs BulkDocument = "bulk_product_ids"
)

// Field is the time by which a bulk query selects root objects.
type Field string

// The fields, as the platform calls them; Shopify's search calls the second one customer_date for customers.
const (
	UpdatedAt Field = "updated_at"
	CreatedAt Field = "created_at"
)

// Search bounds a bulk query: root objects whose Field lies in [From, To). A zero bound is open.
type Search struct {
	Field    Field
	From, To time.Time
}

// The marks within a bulk document that BulkQuery replaces.
const (
	filterMark = "{{filter}}"
	sortUpdate = "sortKey: UPDATED_AT"
	sortCreate = "sortKey: CREATED_AT"
)

// The comments that a submitted query carries. A bulk operation has no tag of the client's, but it gives its query back
// as it was submitted, comments included: by them a run finds its operation again, and the finish webhook its run.
const (
	keyComment      = "# key: "
	workflowComment = "# workflow: "
)

// Tag is what a submitted bulk query says of its sender.
type Tag struct {
	Key        string // names the submission: a retry attaches to the operation that carries it
	WorkflowID string // whom the finish webhook wakes; may be empty
}

// BulkQuery is the document's text with the search put in, tagged.
func BulkQuery(document BulkDocument, search Search, tag Tag) (string, error) {
	if strings.ContainsAny(tag.Key+tag.WorkflowID, "\r\n") || tag.Key == "" {
		return "", fault.New(fault.InvalidInput, "the key of a bulk query is one line of text")
	}
	text := Document(string(document))
	if search.Field == CreatedAt {
		text = strings.Replace(text, sortUpdate, sortCreate, 1) // Shopify: sort by the field that is searched
	}
	text = strings.ReplaceAll(text, filterMark, escape(search.filter(document)))
	comments := keyComment + tag.Key + "\n"
	if tag.WorkflowID != "" {
		comments += workflowComment + tag.WorkflowID + "\n"
	}
	return comments + text, nil
}

// ReadTag reads the tag of a query that was submitted by this platform. It is false for anyone else's.
func ReadTag(query string) (Tag, bool) {
	var tag Tag
	for line := range strings.Lines(query) {
		line = strings.TrimRight(line, "\r\n")
		if key, ok := strings.CutPrefix(line, keyComment); ok {
			tag.Key = key
		} else if id, ok := strings.CutPrefix(line, workflowComment); ok {
			tag.WorkflowID = id
		} else {
			break
		}
	}
	return tag, tag.Key != ""
}

// filter is the search in Shopify's search syntax, its times quoted and in UTC. Shopify's search has a resolution of a
// second and reads > as >=, so both bounds are whole seconds.
func (s Search) filter(document BulkDocument) string {
	field := string(s.Field)
	if document == BulkCustomers && s.Field == CreatedAt {
		field = "customer_date"
	}
	var terms []string
	if !s.From.IsZero() {
		terms = append(terms, fmt.Sprintf("%s:>='%s'", field, s.From.UTC().Format(time.RFC3339)))
	}
	if !s.To.IsZero() {
		terms = append(terms, fmt.Sprintf("%s:<'%s'", field, s.To.UTC().Format(time.RFC3339)))
	}
	return strings.Join(terms, " AND ")
}

// escape makes the text safe as the content of a GraphQL string, whose escapes are JSON's.
func escape(text string) string {
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		return strconv.QuoteToASCII(strings.ToValidUTF8(text, ""))
	}
	return string(quoted[1 : len(quoted)-1])
}
