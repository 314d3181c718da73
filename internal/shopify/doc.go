// Package shopify is the client of one shop's Admin GraphQL API, at the version that adminschema names.
//
// It owns the wire: tokens, the shop's query budget, bulk operations, paged detail queries, downloads of results, and
// the meaning of Shopify's errors in the platform's vocabulary. Its operations are the .graphql files beside it; a
// contract test holds each of them against Shopify's published schema. Activities and the webhook receiver call it.
// It never touches the database or Temporal, and no token or signed URL leaves it in a log, an error or a result.
package shopify
