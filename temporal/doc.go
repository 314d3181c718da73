// Package temporal is the platform's side of Temporal: the client, the dispatcher that turns a job into a workflow, the
// schedules, the search attributes, what a run shows of itself, the watermarks' handle, and the one interceptor that
// every workflow and activity passes through. Processes and APIs use it; workflows and activities' code it never imports.
package temporal
