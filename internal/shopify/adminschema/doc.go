// Package adminschema reads Shopify's published Admin GraphQL schema and holds our documents against it.
//
// It owns the introspection loader, the check of a document's fields and arguments, the bulk-operation restrictions
// that no GraphQL validator knows, and the access scopes that a document needs. The schema comes from the npm package
// @shopify/dev-mcp (a dev dependency, never committed). The contract test and the simulator call it; a production
// process never does.
package adminschema
