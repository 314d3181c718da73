package access_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/simulators/access"
)

const email = "mara@bluntcases.com"

// gate is a simulator in front of an application that tells what it was sent.
type gate struct {
	t      *testing.T
	server *access.Server
	url    string
	client *http.Client
}

func open(t *testing.T, config access.Config) *gate {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"path": r.URL.RequestURI(), "header": r.Header}) //nolint:errcheck // a test
	}))
	t.Cleanup(app.Close)
	upstream, err := url.Parse(app.URL)
	require.NoError(t, err)
	config.Upstream = upstream
	if config.Dir == "" {
		config.Dir = t.TempDir()
	}
	server, err := access.New(config)
	require.NoError(t, err)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &gate{t, server, web.URL, &http.Client{Jar: jar}}
}

// echo is what the application saw.
type echo struct {
	Path   string
	Header http.Header
}

func (g *gate) get(path string, header http.Header) (int, echo) {
	g.t.Helper()
	r, err := http.NewRequest(http.MethodGet, g.url+path, nil)
	require.NoError(g.t, err)
	for name, values := range header {
		r.Header[name] = values
	}
	w, err := g.client.Do(r)
	require.NoError(g.t, err)
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	require.NoError(g.t, err)
	var e echo
	if w.StatusCode == http.StatusOK && strings.HasPrefix(string(text), "{") {
		require.NoError(g.t, json.Unmarshal(text, &e))
	}
	return w.StatusCode, e
}

func (g *gate) logIn(back string) *http.Response {
	g.t.Helper()
	w, err := g.client.PostForm(g.url+"/cdn-cgi/access/login", url.Values{"email": {email}, "redirect_url": {back}})
	require.NoError(g.t, err)
	w.Body.Close()
	return w
}

// check verifies a token as an application does.
func (g *gate) check(token string) (jwt.MapClaims, error) {
	g.t.Helper()
	keys, err := keyfunc.NewDefaultCtx(g.t.Context(), []string{g.url + "/cdn-cgi/access/certs"})
	require.NoError(g.t, err)
	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(token, claims, keys.Keyfunc, jwt.WithValidMethods([]string{"RS256"}),
		jwt.WithIssuer(g.url), jwt.WithAudience(g.server.Audience()), jwt.WithExpirationRequired())
	return claims, err
}

func TestStaffPassWithAVerifiableTokenAfterLogin(t *testing.T) {
	g := open(t, access.Config{})
	status, _ := g.get("/api/health", nil)
	require.Equal(t, http.StatusUnauthorized, status, "nobody is let in unasked")

	w := g.logIn("/api/health?deep=1")
	require.Equal(t, "/api/health?deep=1", w.Request.URL.RequestURI())
	status, seen := g.get("/api/health?deep=1", nil)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "/api/health?deep=1", seen.Path)
	require.Equal(t, email, seen.Header.Get(access.HeaderEmail))

	claims, err := g.check(seen.Header.Get(access.HeaderToken))
	require.NoError(t, err)
	require.Equal(t, email, claims["email"])
	require.Equal(t, "app", claims["type"])
	require.NotEmpty(t, claims["sub"])
	require.IsType(t, []any{}, claims["aud"], "aud is an array")
}

func TestABrowserIsSentToTheLoginPage(t *testing.T) {
	g := open(t, access.Config{Staff: []string{email}})
	g.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, err := http.NewRequest(http.MethodGet, g.url+"/orders?page=2", nil)
	require.NoError(t, err)
	r.Header.Set("Accept", "text/html")
	w, err := g.client.Do(r)
	require.NoError(t, err)
	w.Body.Close()
	require.Equal(t, http.StatusFound, w.StatusCode)
	page, err := http.Get(g.url + w.Header.Get("Location"))
	require.NoError(t, err)
	defer page.Body.Close()
	text, err := io.ReadAll(page.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), email)
	require.Contains(t, string(text), "/orders?page=2")
}

func TestALoginLeadsToNoOtherSite(t *testing.T) {
	for _, target := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", ""} {
		g := open(t, access.Config{})
		g.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		require.Equal(t, "/", g.logIn(target).Header.Get("Location"), target)
	}
}

func TestAMachinePassesWithItsServiceToken(t *testing.T) {
	g := open(t, access.Config{ServiceTokens: map[string]string{"robot.access": "s3cret"}})
	status, seen := g.get("/api/health", http.Header{"Cf-Access-Client-Id": {"robot.access"}, "Cf-Access-Client-Secret": {"s3cret"}})
	require.Equal(t, http.StatusOK, status)
	require.Empty(t, seen.Header.Get(access.HeaderClientSecret), "the secret goes no further")
	claims, err := g.check(seen.Header.Get(access.HeaderToken))
	require.NoError(t, err)
	require.Equal(t, "robot.access", claims["common_name"])
	require.Empty(t, claims["sub"])
	require.NotContains(t, claims, "email")

	for _, secret := range []string{"", "wrong"} {
		status, _ = g.get("/api/health", http.Header{"Cf-Access-Client-Id": {"robot.access"}, "Cf-Access-Client-Secret": {secret}})
		require.Equal(t, http.StatusForbidden, status)
	}
}

func TestHeadersOfAccessAreNotTakenFromOutside(t *testing.T) {
	g := open(t, access.Config{})
	forged, err := g.server.Mint(access.Subject{Email: "ceo@bluntcases.com"}, g.url, "")
	require.NoError(t, err)
	status, _ := g.get("/", http.Header{access.HeaderToken: {forged}})
	require.Equal(t, http.StatusUnauthorized, status)
	g.logIn("/")
	_, seen := g.get("/", http.Header{access.HeaderToken: {forged}, access.HeaderEmail: {"ceo@bluntcases.com"}})
	require.Equal(t, email, seen.Header.Get(access.HeaderEmail))
}

func TestARotatedKeyStaysPublishedForAWhile(t *testing.T) {
	now := time.Now()
	g := open(t, access.Config{Clock: func() time.Time { return now }, KeepOldKey: time.Hour, SessionFor: 3 * time.Hour})
	before, err := g.server.Mint(access.Subject{Email: email}, g.url, "")
	require.NoError(t, err)
	require.NoError(t, g.server.Rotate())
	after, err := g.server.Mint(access.Subject{Email: email}, g.url, "")
	require.NoError(t, err)
	for _, token := range []string{before, after} {
		_, err := g.check(token)
		require.NoError(t, err)
	}
	now = now.Add(2 * time.Hour)
	_, err = g.check(before)
	require.Error(t, err, "the old key has gone")
	_, err = g.check(after)
	require.NoError(t, err)
}

func TestKeysOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	first := open(t, access.Config{Dir: dir})
	token, err := first.server.Mint(access.Subject{Email: email}, "https://team.example", "")
	require.NoError(t, err)
	second := open(t, access.Config{Dir: dir, Team: "https://team.example"})
	status, _ := second.get("/", http.Header{"Cookie": {"CF_Authorization=" + token}})
	require.Equal(t, http.StatusOK, status)
}

func TestBrokenTokensAreRefusedByAVerifier(t *testing.T) {
	g := open(t, access.Config{})
	mint := func(broken string) string {
		body, err := json.Marshal(map[string]string{"email": email, "broken": broken})
		require.NoError(t, err)
		w, err := http.Post(g.url+"/_sim/tokens", "application/json", bytes.NewReader(body))
		require.NoError(t, err)
		defer w.Body.Close()
		require.Equal(t, http.StatusOK, w.StatusCode)
		var answer struct{ Token string }
		require.NoError(t, json.NewDecoder(w.Body).Decode(&answer))
		return answer.Token
	}
	_, err := g.check(mint(""))
	require.NoError(t, err, "the control")
	for _, broken := range []string{
		access.BrokenAudience, access.BrokenIssuer, access.BrokenExpired, access.BrokenNotYet, access.BrokenKey,
		access.BrokenSignature, access.BrokenAlgorithm, access.BrokenNone,
	} {
		_, err := g.check(mint(broken))
		require.Error(t, err, broken)
	}
	// These two only an application that looks at the claims can refuse.
	claims, err := g.check(mint(access.BrokenType))
	require.NoError(t, err)
	require.Equal(t, "org", claims["type"])
	claims, err = g.check(mint(access.BrokenSubject))
	require.NoError(t, err)
	require.NotContains(t, claims, "email")
}
