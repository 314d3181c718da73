// Package workers says which workflows and activities each task queue runs, and how much of them at once. A process
// calls it once per queue that it serves; it makes nothing that a queue does not need, so that a worker of the sync
// queue never opens DuckDB.
package workers
