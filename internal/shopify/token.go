package shopify

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"bluntcases.com/platform/internal/fault"
)

// tokenSource gives the access token of the next request.
type tokenSource interface {
	token(ctx context.Context) (string, error)
	// refused is told that Shopify answered 401 to the token. It tells whether another one may be had.
	refused(token string) bool
}

// staticToken is the shpat_… token of an existing custom app. It does not expire.
type staticToken string

func (t staticToken) token(context.Context) (string, error) { return string(t), nil }
func (staticToken) refused(string) bool                     { return false }

const (
	refreshAhead   = 10 * time.Minute // how long before its end a token is no longer used
	maxTokenAnswer = 64 << 10
)

// clientCredentials holds a token got by the client-credentials grant, valid for 24 hours, and gets the next one before
// that or when Shopify refuses it. Callers that need one at the same time share one request.
type clientCredentials struct {
	endpoint, id, secret string
	http                 *http.Client
	now                  func() time.Time

	mu      sync.Mutex
	current string
	expires time.Time
}

func (c *clientCredentials) token(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != "" && c.now().Before(c.expires.Add(-refreshAhead)) {
		return c.current, nil
	}
	fresh, lifetime, err := c.fetch(ctx)
	if err != nil {
		// A token that still holds is better than none while Shopify does not hand out new ones.
		if c.current != "" && c.now().Before(c.expires) && fault.Of(err).Retryable() {
			return c.current, nil
		}
		return "", fmt.Errorf("get an access token: %w", err)
	}
	c.current, c.expires = fresh, c.now().Add(lifetime)
	return c.current, nil
}

func (c *clientCredentials) refused(token string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == token {
		c.current = ""
	}
	return true
}

func (c *clientCredentials) fetch(ctx context.Context) (string, time.Duration, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.id}, "client_secret": {c.secret}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return "", 0, netFault(ctx, err, "Shopify did not answer")
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		if res.StatusCode == http.StatusBadRequest {
			return "", 0, fault.New(fault.ShopifyDenied, "Shopify refused the client id or its secret")
		}
		return "", 0, statusFault(res.StatusCode, res.Header)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxTokenAnswer))
	if err != nil {
		return "", 0, netFault(ctx, err, "Shopify's answer broke off")
	}
	var granted struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"` // seconds
	}
	// The decoder's error would quote the answer, and the answer holds the token.
	if err := json.Unmarshal(raw, &granted); err != nil || granted.AccessToken == "" || granted.ExpiresIn <= 0 {
		return "", 0, fault.New(fault.ShopifyDenied, "Shopify's answer holds no access token")
	}
	return granted.AccessToken, time.Duration(granted.ExpiresIn) * time.Second, nil
}
