// Package measurement computes measurement.sales and measurement.performance: sales by shop day, and how every product
// stands at the end of every day. Each table is a function of the one before it, and is refreshed from what changed
// there: commerce.telemetry → measurement.sales → measurement.performance. The SQL is in sql/, to be read and run by
// hand; the Go around it decides which days it is run for, and commits what it yields. The activities of the refresh and
// `blunt measurement`, which reads through Reader, use it.
//
// It never writes to PostgreSQL and never reads a stream.
package measurement
