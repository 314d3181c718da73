// Package shopify simulates the part of Shopify that the platform talks to:
// the Admin GraphQL API of one shop, its bulk operations, its tokens and its
// webhooks, over the real wire protocol, and lets a test make any of it fail.
//
// The local stack and tests run it; production never imports it. It never does
// more than the real API: a field, an argument or a search term that it does
// not know is an error that names it. See README.md for its own API.
package shopify
