// Package mirror holds the steps that the sync, the backfill and the replay share: how one window of an entity becomes
// rows, how an operation is waited for and tried again, how deletions are found, and how a run shows itself. Workflows
// call it; it runs nothing by itself and decides nothing about watermarks.
package mirror
