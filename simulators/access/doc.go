// Package access simulates Cloudflare Access in front of the dashboard: it
// signs real tokens (RS256, keys published as a JWKS, rotated on demand), lets
// staff in by a simple login page, machines by service tokens, and passes their
// requests on with the token in Cf-Access-Jwt-Assertion.
//
// The local stack and tests run it; production never imports it. The dashboard
// cannot tell it from the real thing, and has no other way in.
package access
