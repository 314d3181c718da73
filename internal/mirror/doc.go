// Package mirror writes Shopify objects into the mirror's tables: the one path for a sync, a backfill, a replay and a
// webhook, so that all of them end in the same rows. It owns the transactions and the decision what is written; the
// mapping, the SQL of the tables and the events are packages below it. The activities of activities/commerce call it.
//
// What it promises:
//   - An aggregate (a root object with all that belongs to it) is written whole, in one transaction with the outbox rows
//     of the events that it makes newly true, or not at all.
//   - It is written only where the source differs from what is stored, is not older than it, and is newer than a
//     deletion. The root row is the aggregate's lock and carries its version (docs/adr/0001).
//   - Memory is flat in the size of an archive, and no statement passes the limits of the database.
//
// It never talks to Shopify, publishes nothing, and keeps no state between calls but caches.
package mirror
