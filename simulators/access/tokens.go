package access

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// claims are what an Access token of an application says.
type claims struct {
	jwt.RegisteredClaims
	Email      string `json:"email,omitempty"`
	CommonName string `json:"common_name,omitempty"`
	Type       string `json:"type"`
	Nonce      string `json:"identity_nonce,omitempty"`
	Country    string `json:"country,omitempty"`
}

// Subject is whom a token speaks of: one of staff by e-mail, or a machine by
// its service token's client id.
type Subject struct {
	Email      string `json:"email,omitempty"`
	CommonName string `json:"common_name,omitempty"`
}

// Ways in which a token can be broken.
const (
	BrokenAudience  = "wrong_audience"
	BrokenIssuer    = "wrong_issuer"
	BrokenExpired   = "expired"
	BrokenNotYet    = "not_yet_valid"
	BrokenKey       = "unknown_key"     // signed by a key that is published nowhere
	BrokenSignature = "wrong_signature" // names a published key, signed by another
	BrokenType      = "wrong_type"      // type "org": good for the team, not for an application
	BrokenAlgorithm = "wrong_algorithm" // HS256 with the public key's id
	BrokenNone      = "no_algorithm"    // alg "none"
	BrokenSubject   = "no_subject"      // neither e-mail nor common name
)

// mint makes a token, broken in the way named ("" = good).
func (s *Server) mint(who Subject, issuer, broken string) (string, error) {
	now := s.config.Clock()
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{s.config.Audience}, IssuedAt: jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(s.config.SessionFor)),
		},
		Email: who.Email, CommonName: who.CommonName, Type: "app", Country: "US",
	}
	if who.Email != "" {
		c.Subject = subjectOf(who.Email)
		c.Nonce = c.Subject[:16]
	}
	signing := s.keys.signing()
	id := signing.ID
	var method jwt.SigningMethod = jwt.SigningMethodRS256
	var secret any = signing.private
	switch broken {
	case "":
	case BrokenAudience:
		c.Audience = jwt.ClaimStrings{"someone-elses-application"}
	case BrokenIssuer:
		c.Issuer = "https://someone-else.cloudflareaccess.com"
	case BrokenExpired:
		c.IssuedAt = jwt.NewNumericDate(now.Add(-2 * s.config.SessionFor))
		c.NotBefore, c.ExpiresAt = c.IssuedAt, jwt.NewNumericDate(now.Add(-time.Hour))
	case BrokenNotYet:
		c.NotBefore = jwt.NewNumericDate(now.Add(time.Hour))
	case BrokenKey, BrokenSignature:
		other, err := newKey()
		if err != nil {
			return "", err
		}
		secret = other.private
		if broken == BrokenKey {
			id = other.ID
		}
	case BrokenType:
		c.Type = "org"
	case BrokenAlgorithm:
		method, secret = jwt.SigningMethodHS256, []byte(id)
	case BrokenNone:
		method, secret = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType
	case BrokenSubject:
		c.Subject, c.Email, c.CommonName = "", "", ""
	default:
		return "", fmt.Errorf("unknown way to break a token: %q", broken)
	}
	token := jwt.NewWithClaims(method, c)
	token.Header["kid"] = id
	return token.SignedString(secret)
}

// verify reads a token that we signed.
func (s *Server) verify(text, issuer string) (*claims, error) {
	c := &claims{}
	_, err := jwt.ParseWithClaims(text, c, func(t *jwt.Token) (any, error) {
		id, _ := t.Header["kid"].(string)
		if k := s.keys.find(id); k != nil {
			return &k.private.PublicKey, nil
		}
		return nil, errors.New("unknown key")
	}, jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(issuer), jwt.WithAudience(s.config.Audience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(s.config.Clock))
	return c, err
}

// subjectOf gives the user's id: the same at every login.
func subjectOf(email string) string {
	sum := sha256.Sum256([]byte(email))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
