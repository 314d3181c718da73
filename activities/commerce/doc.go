// Package commerce holds the activities that carry the archive into PostgreSQL and the lifecycle events out of it:
// LoadShop, LoadArchive, FindDeletions and PublishOutbox (internal/contract/bulksync.go). What is decided about rows is
// internal/mirror's; here are the object store, the heartbeats and the publishing. Nothing here talks to Shopify.
package commerce
