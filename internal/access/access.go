// Package access verifies the tokens that Cloudflare Access puts on every request that it lets through: RS256 JWTs
// signed by the team's keys. It says who is asking; what they may do is the API's. The staff API's middleware calls it.
// Nothing switches it off: locally the same tokens come from the Access simulator.
package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"

	"bluntcases.com/platform/internal/fault"
)

// Header is where Access puts its token.
const Header = "Cf-Access-Jwt-Assertion"

const (
	certsPath    = "/cdn-cgi/access/certs"
	keysRefresh  = time.Hour        // Access rotates its keys every six weeks; the old one holds for a week more
	unknownEvery = 30 * time.Second // how often an unknown key makes the keys be fetched again
	keysTimeout  = 10 * time.Second
	clockSkew    = 30 * time.Second
	maxToken     = 16 << 10 // bytes
)

// Principal is who is asking: a member of staff, or a service by its token.
type Principal struct {
	Subject string // Access's id of the user, or the client id of a service token
	Email   string // empty for a service
	Service bool
}

// Name is how logs and records call the principal.
func (p Principal) Name() string {
	if p.Email != "" {
		return p.Email
	}
	return p.Subject
}

// Verifier checks tokens. It is safe for concurrent use.
type Verifier struct {
	keys   keyfunc.Keyfunc
	parser *jwt.Parser
}

// New makes a verifier for one Access application of a team. The team's keys are fetched in the background until the
// context ends; while they cannot be had every token is refused.
func New(ctx context.Context, teamURL, audience string, log *slog.Logger) (*Verifier, error) {
	teamURL = strings.TrimRight(teamURL, "/")
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{teamURL + certsPath}, keyfunc.Override{
		Client:            &http.Client{Timeout: keysTimeout},
		HTTPTimeout:       keysTimeout,
		RefreshInterval:   keysRefresh,
		RefreshUnknownKID: rate.NewLimiter(rate.Every(unknownEvery), 1),
		// The library takes this time for the wait and the fetch together. A wait that cannot end within it is refused at
		// once, so strangers' keys hold nobody up.
		RateLimitWaitMax: keysTimeout,
		RefreshErrorHandlerFunc: func(address string) func(context.Context, error) {
			return func(_ context.Context, err error) {
				log.Warn("the keys of Cloudflare Access could not be fetched", "url", address, "error", err)
			}
		},
	})
	if err != nil {
		return nil, fault.Wrap(fault.InvalidInput, err, "CF_ACCESS_TEAM_URL cannot be used")
	}
	return &Verifier{keys: keys, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithIssuer(teamURL), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(clockSkew),
	)}, nil
}

type claims struct {
	jwt.RegisteredClaims
	Type       string `json:"type"`
	Email      string `json:"email"`
	CommonName string `json:"common_name"`
}

// Verify tells who the token speaks for. Every refusal is fault.Unauthorized; its words name the reason and never the
// token.
func (v *Verifier) Verify(ctx context.Context, token string) (Principal, error) {
	if token == "" {
		return Principal{}, fault.New(fault.Unauthorized, "the request carries no %s", Header)
	}
	if len(token) > maxToken {
		return Principal{}, fault.New(fault.Unauthorized, "the token is larger than %d bytes", maxToken)
	}
	var c claims
	if _, err := v.parser.ParseWithClaims(token, &c, v.keys.KeyfuncCtx(ctx)); err != nil {
		return Principal{}, fault.New(fault.Unauthorized, "the token is refused: %s", reason(err))
	}
	switch {
	case c.Type != "app":
		return Principal{}, fault.New(fault.Unauthorized, "the token is refused: it is of type %q and not of an application", c.Type)
	case c.CommonName != "" && c.Email == "":
		return Principal{Subject: c.CommonName, Service: true}, nil
	case c.Email != "" && c.Subject != "":
		return Principal{Subject: c.Subject, Email: strings.ToLower(c.Email)}, nil
	default:
		return Principal{}, fault.New(fault.Unauthorized, "the token is refused: it names neither a user nor a service")
	}
}

// reason says which check failed, without the values that failed it.
func reason(err error) string {
	for _, known := range []struct {
		is   error
		says string
	}{
		{jwt.ErrTokenMalformed, "it is no JWT"},
		{jwt.ErrTokenExpired, "it has expired"},
		{jwt.ErrTokenNotValidYet, "it is not valid yet"},
		{jwt.ErrTokenUsedBeforeIssued, "it was issued in the future"},
		{jwt.ErrTokenInvalidAudience, "it is for another application"},
		{jwt.ErrTokenInvalidIssuer, "it is of another team"},
		{jwt.ErrTokenRequiredClaimMissing, "it lacks a claim"},
		{jwt.ErrTokenUnverifiable, "its key is not known"},
		{jwt.ErrTokenSignatureInvalid, "its signature does not hold"},
	} {
		if errors.Is(err, known.is) {
			return known.says
		}
	}
	return "it cannot be verified"
}
