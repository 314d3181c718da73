package shopify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tokenFor is how long a token of the client credentials grant lives.
const tokenFor = 24 * time.Hour

// client is an app that calls: its name and its budget.
type client struct {
	name   string
	bucket *bucket
}

// client finds the app of a token, or nil where it is unknown or has ended.
func (s *Server) client(token string) *client {
	name := ""
	switch {
	case token == "":
		return nil
	case slices.Contains(s.config.Tokens, token):
		name = "app" // all existing tokens are of the same custom app
	case s.issued(token):
		name = s.config.ClientID
	default:
		return nil
	}
	return &client{name, s.throttle.bucket(name)}
}

// issue makes a token that says itself how long it lives: it needs no memory,
// and so survives a restart.
func (s *Server) issue() string {
	until := strconv.FormatInt(s.config.Clock().Add(tokenFor).Unix(), 16)
	return "shpat_" + until + s.tokenMark(until)
}

func (s *Server) issued(token string) bool {
	text, ok := strings.CutPrefix(token, "shpat_")
	if !ok || len(text) != 8+24 {
		return false
	}
	until, err := strconv.ParseInt(text[:8], 16, 64)
	return err == nil && hmac.Equal([]byte(text[8:]), []byte(s.tokenMark(text[:8]))) && s.config.Clock().Unix() < until
}

func (s *Server) tokenMark(until string) string {
	mac := hmac.New(sha256.New, []byte(s.config.ClientSecret))
	mac.Write([]byte("token " + until))
	return hex.EncodeToString(mac.Sum(nil)[:12])
}

// serveToken answers the client credentials grant, as a form or as JSON.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	s.calls.count("access_token")
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	grant := struct {
		Type   string `json:"grant_type"`
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if err := json.NewDecoder(r.Body).Decode(&grant); err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
			return
		}
	} else {
		grant.Type, grant.ID, grant.Secret = r.FormValue("grant_type"), r.FormValue("client_id"), r.FormValue("client_secret")
	}
	switch {
	case grant.Type != "client_credentials":
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": "unsupported_grant_type"})
	case grant.ID != s.config.ClientID || !hmac.Equal([]byte(grant.Secret), []byte(s.config.ClientSecret)):
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
	default:
		writeJSON(w, http.StatusOK, map[string]any{
			"access_token": s.issue(), "scope": strings.Join(s.scopes(), ","), "expires_in": int(tokenFor/time.Second) - 1,
		})
	}
}

// hash64 mixes texts into a number.
func hash64(texts ...string) uint64 {
	h := fnv.New64a()
	for _, t := range texts {
		fmt.Fprintf(h, "%d:%s", len(t), t)
	}
	return h.Sum64()
}
