// Package lakehouse holds the activities of the lake: the roll, which lands a stream's events in its table, dead letters,
// the replication of classification specs, and the tables' maintenance. It joins internal/streams and internal/lakehouse,
// which do not know each other. The workers of the streams queue run it, and `blunt lake` calls it directly.
//
// It never decides when to run: that is the workflows' part, but for the wait until a roll is due.
package lakehouse
