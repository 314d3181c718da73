// Package streams carries the telemetry events over JetStream: it owns the streams' configuration, what a message looks
// like, and how it is published and read. One message holds many events as NDJSON, because a stream with SyncAlways
// pays for every message, not for every byte. Producers are the outbox publisher, the workflow interceptor and the HTTP
// APIs; the one reader that moves data on is the roll of internal/lakehouse.
//
// It never looks into an event beyond the envelope that every event has, and it never drops one: a full stream answers
// fault.StreamFull, an unreachable one fault.Unavailable, and the caller tries again with the same message id.
package streams
