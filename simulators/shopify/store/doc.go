// Package store holds the shop that the Shopify simulator serves: its orders,
// products, customers and collections, where they come from (a generator, a
// file of real orders, or a stream too large to hold) and how they change.
//
// Objects are immutable once published: an edit clones what it changes and
// swaps the snapshot, so that a bulk operation reads one consistent state
// while edits go on. It knows nothing of GraphQL or HTTP.
package store
