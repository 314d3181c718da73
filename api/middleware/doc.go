// Package middleware holds what every request to the platform's APIs passes through, in the order in which it is put on
// the engine: an id, a log line, recovery, limits, who is asking, how often, and whether the request was made before.
// What a route does is not its business. Every refusal is a problem document.
package middleware
