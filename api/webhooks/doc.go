// Package webhooks receives what Shopify sends: it verifies the signature, drops repetitions, hands the delivery to its
// topic's handler and answers, all within Shopify's five seconds. cmd/ingest mounts it. A delivery is remembered only
// when its handler has succeeded; otherwise Shopify is told to send it again. No handler does the work itself: it starts
// or wakes a workflow.
package webhooks
