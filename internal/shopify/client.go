package shopify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/fault"
)

// Version is the Admin API version that the operations are written against.
const Version = "2026-07"

const (
	requestTimeout = 30 * time.Second // one HTTP exchange of the GraphQL endpoint
	maxAnswer      = 32 << 20         // bytes of one GraphQL answer
	maxAttempts    = 4                // of one call: throttled, or (queries only) not answered
	firstPause     = 250 * time.Millisecond
)

// Config says which shop to speak to, and as whom. Either AccessToken, or ClientID and ClientSecret.
type Config struct {
	Shop         string // myshopify.com domain
	URL          string // base address in place of https://<Shop>, for the simulator
	Version      string // empty for Version
	AccessToken  string
	ClientID     string
	ClientSecret string
	UserAgent    string
	Log          *slog.Logger // nil for none
	// Now is the clock by which tokens expire; nil for time.Now.
	Now func() time.Time
}

// Client speaks to one shop. A process makes one per shop: the query budget that it keeps is the shop's. It is safe for
// concurrent use.
type Client struct {
	shop    string
	base    string
	version string
	agent   string
	http    *http.Client // GraphQL and tokens: whole exchanges, so under one timeout
	files   *http.Client // results: of any size, so under none but the caller's
	tokens  tokenSource
	budget  *budget
	log     *slog.Logger
	plans   sync.Map    // of the detail queries, by Detail
	warned  atomic.Bool // the version that answers is not the one asked for
}

// New makes the client. It does not speak to Shopify yet.
func New(cfg Config) (*Client, error) {
	if cfg.Shop == "" {
		return nil, fault.New(fault.InvalidInput, "the shop's domain is not set")
	}
	base := strings.TrimRight(cfg.URL, "/")
	if base == "" {
		base = "https://" + cfg.Shop
	}
	if u, err := url.Parse(base); err != nil || u.Host == "" {
		return nil, fault.New(fault.InvalidInput, "the address of the Admin API is not a URL")
	}
	if cfg.Version == "" {
		cfg.Version = Version
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = requestTimeout
	c := &Client{
		shop: cfg.Shop, base: base, version: cfg.Version, agent: cfg.UserAgent, log: cfg.Log,
		http:   &http.Client{Transport: transport, Timeout: requestTimeout, CheckRedirect: refuseRedirect},
		files:  &http.Client{Transport: transport},
		budget: newBudget(),
	}
	if c.agent == "" {
		c.agent = "blunt-platform"
	}
	switch {
	case cfg.AccessToken != "":
		c.tokens = staticToken(cfg.AccessToken)
	case cfg.ClientID != "" && cfg.ClientSecret != "":
		c.tokens = &clientCredentials{
			endpoint: base + "/admin/oauth/access_token", id: cfg.ClientID, secret: cfg.ClientSecret, http: c.http, now: cfg.Now,
		}
	default:
		return nil, fault.New(fault.InvalidInput, "neither an access token nor a client id with its secret is set")
	}
	return c, nil
}

// refuseRedirect keeps a token from following a redirect to another host.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Shop is the domain of the shop that the client speaks to.
func (c *Client) Shop() string { return c.shop }

// Budget is the shop's query budget as last heard.
func (c *Client) Budget() Budget { return c.budget.snapshot() }

type (
	request struct {
		Query     string `json:"query"`
		Variables any    `json:"variables,omitzero"`
	}
	answer struct {
		Data       jsontext.Value `json:"data"`
		Errors     []graphqlError `json:"errors"`
		Extensions struct {
			Cost cost `json:"cost"`
		} `json:"extensions"`
	}
)

// do runs an operation and decodes its data into out. Being throttled is waited for within the context's deadline; a
// query that found no answer is asked again. A mutation is sent again only where Shopify has said that it did nothing:
// whoever needs more has to find out what became of it.
func (c *Client) do(ctx context.Context, op operation, variables, out any) error {
	_, err := c.execute(ctx, op, demand{op.name, 1}, variables, out)
	return err
}

func (c *Client) execute(ctx context.Context, op operation, d demand, variables, out any) (cost, error) {
	body, err := json.Marshal(request{Query: op.text, Variables: variables})
	if err != nil {
		return cost{}, fmt.Errorf("encode %s: %w", op.name, err)
	}
	pause := firstPause
	for attempt := 1; ; attempt++ {
		spent, err := c.attempt(ctx, d, body, out)
		if err == nil {
			return spent, nil
		}
		if attempt == maxAttempts || ctx.Err() != nil {
			return spent, fmt.Errorf("%s: %w", op.name, err)
		}
		switch {
		case fault.Is(err, fault.ShopifyThrottled): // the budget knows for how long; the next attempt waits there
		case fault.Is(err, fault.Unavailable) && !op.mutation:
			if err := sleep(ctx, pause); err != nil {
				return spent, fmt.Errorf("%s: %w", op.name, err)
			}
			pause *= 2
		default:
			return spent, fmt.Errorf("%s: %w", op.name, err)
		}
	}
}

// attempt sends the operation once, within the budget and with a token that is not known to be refused.
func (c *Client) attempt(ctx context.Context, d demand, body []byte, out any) (cost, error) {
	lease, err := c.budget.acquire(ctx, d)
	if err != nil {
		return cost{}, err
	}
	defer lease.release()
	token, err := c.tokens.token(ctx)
	if err != nil {
		return cost{}, err
	}
	status, header, raw, err := c.post(ctx, token, body)
	if err != nil {
		return cost{}, err
	}
	if status == http.StatusUnauthorized && c.tokens.refused(token) {
		if token, err = c.tokens.token(ctx); err != nil {
			return cost{}, err
		}
		if status, header, raw, err = c.post(ctx, token, body); err != nil {
			return cost{}, err
		}
	}
	if status != http.StatusOK {
		if status == http.StatusTooManyRequests {
			c.budget.pause(retryAfter(header))
		}
		return cost{}, statusFault(status, header)
	}
	c.noteVersion(header.Get("X-Shopify-API-Version"))
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		// Not JSON where JSON is promised is what a proxy or a cut connection leaves.
		return cost{}, fault.New(fault.Unavailable, "Shopify's answer could not be read as JSON")
	}
	lease.settle(a.Extensions.Cost)
	if err := graphqlFault(a); err != nil {
		if fault.Is(err, fault.ShopifyThrottled) && a.Extensions.Cost.Status.Restore <= 0 {
			c.budget.pause(fault.Of(err).RetryAfter) // throttled without saying how the bucket stands
		}
		return a.Extensions.Cost, err
	}
	if err := json.Unmarshal(a.Data, out); err != nil {
		return a.Extensions.Cost, fault.Wrap(fault.ShopifyRejected, err, "Shopify's answer has another shape than the operation")
	}
	return a.Extensions.Cost, nil
}

func (c *Client) post(ctx context.Context, token string, body []byte) (int, http.Header, []byte, error) {
	endpoint := c.base + "/admin/api/" + c.version + "/graphql.json"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("X-Shopify-Access-Token", token)
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil, nil, netFault(ctx, err, "Shopify did not answer")
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return 0, nil, nil, netFault(ctx, err, "Shopify's answer broke off")
	}
	if len(raw) > maxAnswer {
		return 0, nil, nil, fault.New(fault.ShopifyRejected, "Shopify's answer is larger than %d bytes: the operation asks for too much at once", maxAnswer)
	}
	return res.StatusCode, res.Header, raw, nil
}

// noteVersion says once that Shopify answers in another version than the one asked for, as it does when that one is no
// longer supported.
func (c *Client) noteVersion(answered string) {
	if answered != "" && answered != c.version && c.warned.CompareAndSwap(false, true) {
		c.log.Warn("Shopify answers in another API version than the one asked for", "asked", c.version, "answered", answered)
	}
}

// netFault classifies a failure to exchange bytes. The URL that net/http puts into its errors may be signed, so only
// what lies beneath it is kept.
func netFault(ctx context.Context, err error, what string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", what, ctx.Err())
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return fault.New(fault.Unavailable, "%s in time", what)
	}
	return fault.Wrap(fault.Unavailable, err, "%s", what)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
