package access_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/access"
	"bluntcases.com/platform/internal/fault"
	simulator "bluntcases.com/platform/simulators/access"
)

// keysTake is how long the simulated Access takes to answer with its keys: a network's time and not a memory's.
const keysTake = 20 * time.Millisecond

// team is a simulated Access team that counts how often its keys are fetched.
type team struct {
	*simulator.Server
	url     string
	fetched atomic.Int64
}

func newTeam(t *testing.T) *team {
	t.Helper()
	server, err := simulator.New(simulator.Config{Dir: t.TempDir()})
	require.NoError(t, err)
	team := &team{Server: server}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/certs") {
			team.fetched.Add(1)
			time.Sleep(keysTake)
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	team.url = web.URL
	return team
}

func (tm *team) token(t *testing.T, who simulator.Subject, broken string) string {
	t.Helper()
	token, err := tm.Mint(who, tm.url, broken)
	require.NoError(t, err)
	return token
}

func (tm *team) verifier(t *testing.T) *access.Verifier {
	t.Helper()
	verifier, err := access.New(t.Context(), tm.url+"/", tm.Audience(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return verifier
}

func TestATokenTellsWhoIsAsking(t *testing.T) {
	team := newTeam(t)
	verifier := team.verifier(t)

	staff, err := verifier.Verify(t.Context(), team.token(t, simulator.Subject{Email: "Mara@bluntcases.com"}, ""))
	require.NoError(t, err)
	require.Equal(t, "mara@bluntcases.com", staff.Name())
	require.NotEmpty(t, staff.Subject)
	require.False(t, staff.Service)

	service, err := verifier.Verify(t.Context(), team.token(t, simulator.Subject{CommonName: "nightly.access"}, ""))
	require.NoError(t, err)
	require.Equal(t, access.Principal{Subject: "nightly.access", Service: true}, service)
}

func TestABrokenTokenIsRefusedWithItsReason(t *testing.T) {
	team := newTeam(t)
	verifier := team.verifier(t)
	mara := simulator.Subject{Email: "mara@bluntcases.com"}
	for broken, says := range map[string]string{
		simulator.BrokenAudience:  "another application",
		simulator.BrokenIssuer:    "another team",
		simulator.BrokenExpired:   "expired",
		simulator.BrokenNotYet:    "not valid yet",
		simulator.BrokenKey:       "key is not known",
		simulator.BrokenSignature: "signature",
		simulator.BrokenType:      `type "org"`,
		simulator.BrokenAlgorithm: "refused",
		simulator.BrokenNone:      "refused",
		simulator.BrokenSubject:   "neither a user nor a service",
	} {
		t.Run(broken, func(t *testing.T) {
			token := team.token(t, mara, broken)
			_, err := verifier.Verify(t.Context(), token)
			require.True(t, fault.Is(err, fault.Unauthorized), "%v", err)
			require.ErrorContains(t, err, says)
			require.NotContains(t, err.Error(), token)
		})
	}
	for name, token := range map[string]string{"none": "", "no JWT": "abc", "huge": strings.Repeat("a", 1<<20)} {
		t.Run(name, func(t *testing.T) {
			_, err := verifier.Verify(t.Context(), token)
			require.True(t, fault.Is(err, fault.Unauthorized), "%v", err)
		})
	}
}

func TestARotatedKeyIsFetchedAndStrangersKeysAreNotFetchedForever(t *testing.T) {
	team := newTeam(t)
	verifier := team.verifier(t)
	mara := simulator.Subject{Email: "mara@bluntcases.com"}
	old := team.token(t, mara, "")
	_, err := verifier.Verify(t.Context(), old)
	require.NoError(t, err)

	require.NoError(t, team.Rotate())
	_, err = verifier.Verify(t.Context(), team.token(t, mara, ""))
	require.NoError(t, err, "the new key was not fetched")
	_, err = verifier.Verify(t.Context(), old)
	require.NoError(t, err, "the old key holds for a week")

	for range 5 {
		_, err = verifier.Verify(t.Context(), team.token(t, mara, simulator.BrokenKey))
		require.Error(t, err)
	}
	require.LessOrEqual(t, team.fetched.Load(), int64(3), "strangers make the keys be fetched")
}

func TestWithoutKeysEveryTokenIsRefused(t *testing.T) {
	team := newTeam(t)
	token := team.token(t, simulator.Subject{Email: "mara@bluntcases.com"}, "")
	verifier, err := access.New(t.Context(), "http://127.0.0.1:1", team.Audience(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	_, err = verifier.Verify(t.Context(), token)
	require.True(t, fault.Is(err, fault.Unauthorized), "%v", err)
}
