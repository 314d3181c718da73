// Package shopify holds the activities that speak to the Admin API: what may be read, the shop, bulk operations from
// submission to archive, and the details that bulk operations cannot give. They put into the object store what they
// fetch and return references and counts; no row, token or signed link passes through a history. Their types and names
// stand in internal/contract, the workers register them, the sync, the backfill and the deletion sweeps call them.
package shopify
