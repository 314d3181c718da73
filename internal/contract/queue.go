package contract

// The task queues, by resource class: what shares a queue competes for the same scarce thing.
const (
	QueueSync        = "sync"        // Shopify and PostgreSQL
	QueueStreams     = "streams"     // rolls of the telemetry streams, and table maintenance
	QueueMeasurement = "measurement" // DuckDB's memory
	QueueAssets      = "assets"      // bandwidth: Dropbox and R2
	QueueDocuments   = "documents"   // exports and imports
)
