// Package graph executes GraphQL over Go values, by tables that say which
// fields of which types there are and how each is read. It serves normal
// queries and the rows of bulk operations from the same tables.
//
// A field or an argument that no table has is an error that names it, never a
// null. It writes JSON as it goes and builds no tree of results. The Shopify
// simulator calls it; it knows nothing of Shopify's data.
package graph
