package middleware_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/api/middleware"
	"bluntcases.com/platform/api/rest"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

type answer struct {
	status int
	header http.Header
	body   string
}

func send(t *testing.T, h http.Handler, method, path, body string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func TestARequestHasOneIdInAnswerAndLog(t *testing.T) {
	var log strings.Builder
	engine := rest.NewEngine(middleware.RequestID(), middleware.Log(slog.New(slog.NewJSONHandler(&log, nil))))
	engine.GET("/orders/:id", func(c *gin.Context) { c.String(http.StatusOK, "ok") })

	given := send(t, engine, "GET", "/orders/7?email=robin@example.com", "", "X-Request-Id", "caller-chose-this")
	require.Equal(t, "caller-chose-this", given.header.Get("X-Request-Id"))
	require.Contains(t, log.String(), `"request_id":"caller-chose-this"`)
	require.Contains(t, log.String(), `"route":"/orders/:id"`)
	require.NotContains(t, log.String(), "robin")

	for _, unfit := range []string{"", "short", "line\nbreak", strings.Repeat("x", 65)} {
		made := send(t, engine, "GET", "/orders/7", "", "X-Request-Id", unfit)
		require.Len(t, made.header.Get("X-Request-Id"), 26, "%q", unfit)
	}
}

func TestAPanicIsAProblemThatTellsNothing(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	engine := rest.NewEngine(middleware.RequestID(), middleware.Log(logger), middleware.Recover(logger))
	engine.GET("/", func(*gin.Context) { panic("the password is hunter2") })

	got := send(t, engine, "GET", "/", "")
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
	require.NotContains(t, got.body, "hunter2")
	require.Contains(t, log.String(), "hunter2")
	require.Contains(t, log.String(), "middleware_test.go")
	require.Contains(t, got.body, got.header.Get("X-Request-Id"))
}

func TestALargeBodyIsRefusedWhetherItSaysSoOrNot(t *testing.T) {
	engine := rest.NewEngine(middleware.Limits(10, time.Second))
	engine.POST("/", func(c *gin.Context) {
		_, err := io.ReadAll(c.Request.Body)
		c.String(http.StatusOK, "%v", err)
	})
	require.Equal(t, http.StatusRequestEntityTooLarge, send(t, engine, "POST", "/", strings.Repeat("x", 11)).status)

	r := httptest.NewRequestWithContext(t.Context(), "POST", "/", io.NopCloser(strings.NewReader(strings.Repeat("x", 11))))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	engine.ServeHTTP(w, r)
	require.Contains(t, w.Body.String(), "too large")
}

func TestARequestHasADeadline(t *testing.T) {
	engine := rest.NewEngine(middleware.Limits(10, time.Millisecond))
	engine.GET("/", func(c *gin.Context) {
		<-c.Request.Context().Done()
		c.String(http.StatusOK, c.Request.Context().Err().Error())
	})
	require.Contains(t, send(t, engine, "GET", "/", "").body, "deadline exceeded")
}

func TestOneCallerIsHeldBackAndOthersAreNot(t *testing.T) {
	engine := rest.NewEngine(middleware.Rate(0.1, 3))
	engine.GET("/", func(c *gin.Context) { c.Status(http.StatusOK) })
	from := func(address string) answer {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		return answer{w.Code, w.Header(), w.Body.String()}
	}
	for range 3 {
		require.Equal(t, http.StatusOK, from("10.0.0.1:1").status)
	}
	held := from("10.0.0.1:2")
	require.Equal(t, http.StatusTooManyRequests, held.status)
	require.Equal(t, "10", held.header.Get("Retry-After"))
	require.Contains(t, held.body, `"code":"rate_limited"`)
	require.Equal(t, http.StatusOK, from("10.0.0.2:1").status)
}

// counting answers each request with how many there were before it, and with the status that the path names.
func counting(t *testing.T, abandoned time.Duration) (http.Handler, *atomic.Int64, chan struct{}) {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	var ran atomic.Int64
	hold := make(chan struct{})
	engine := rest.NewEngine(middleware.RequestID(), middleware.Recover(slog.New(slog.DiscardHandler)), middleware.Idempotency(pool, abandoned))
	engine.POST("/work", func(c *gin.Context) {
		n := ran.Add(1)
		body, _ := io.ReadAll(c.Request.Body)
		c.Header("Location", "/work/1")
		c.JSON(http.StatusAccepted, gin.H{"n": n, "body": string(body)})
	})
	engine.POST("/slow", func(c *gin.Context) {
		ran.Add(1)
		<-hold
		c.JSON(http.StatusOK, gin.H{})
	})
	engine.POST("/failing", func(c *gin.Context) { c.JSON(http.StatusServiceUnavailable, gin.H{"n": ran.Add(1)}) })
	engine.POST("/panicking", func(*gin.Context) { ran.Add(1); panic("no") })
	return engine, &ran, hold
}

const key = "01J-key-of-a-request"

func TestARepetitionGetsTheFirstAnswer(t *testing.T) {
	engine, ran, _ := counting(t, time.Minute)
	first := send(t, engine, "POST", "/work", `{"a":1}`, "Idempotency-Key", key)
	require.Equal(t, http.StatusAccepted, first.status)
	require.Empty(t, first.header.Get("Idempotency-Replayed"))

	again := send(t, engine, "POST", "/work", `{"a":1}`, "Idempotency-Key", key)
	require.Equal(t, first.status, again.status)
	require.JSONEq(t, first.body, again.body)
	require.Equal(t, "/work/1", again.header.Get("Location"))
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.EqualValues(t, 1, ran.Load())

	send(t, engine, "POST", "/work", `{"a":1}`, "Idempotency-Key", key+"2")
	send(t, engine, "POST", "/work", `{"a":1}`)
	require.EqualValues(t, 3, ran.Load())
}

func TestAKeyBelongsToOneRequest(t *testing.T) {
	engine, ran, _ := counting(t, time.Minute)
	send(t, engine, "POST", "/work", `{"a":1}`, "Idempotency-Key", key)
	other := send(t, engine, "POST", "/work", `{"a":2}`, "Idempotency-Key", key)
	require.Equal(t, http.StatusUnprocessableEntity, other.status)
	require.Contains(t, other.body, "another request")
	unfit := send(t, engine, "POST", "/work", `{}`, "Idempotency-Key", "no spaces please")
	require.Equal(t, http.StatusUnprocessableEntity, unfit.status)
	require.EqualValues(t, 1, ran.Load())
}

func TestWhatFailedMayBeTriedAgain(t *testing.T) {
	engine, ran, _ := counting(t, time.Minute)
	for _, path := range []string{"/failing", "/panicking"} {
		before := ran.Load()
		for range 2 {
			got := send(t, engine, "POST", path, "", "Idempotency-Key", key)
			require.GreaterOrEqual(t, got.status, 500)
			require.NotEmpty(t, got.body)
		}
		require.EqualValues(t, before+2, ran.Load(), path)
	}
}

func TestTwoAtOnceRunOnce(t *testing.T) {
	engine, ran, hold := counting(t, time.Minute)
	first := make(chan answer)
	go func() { first <- send(t, engine, "POST", "/slow", "", "Idempotency-Key", key) }()
	require.Eventually(t, func() bool { return ran.Load() == 1 }, 10*time.Second, time.Millisecond)

	second := send(t, engine, "POST", "/slow", "", "Idempotency-Key", key)
	require.Equal(t, http.StatusConflict, second.status)
	require.Contains(t, second.body, "still running")
	require.NotEmpty(t, second.header.Get("Retry-After"))
	close(hold)
	require.Equal(t, http.StatusOK, (<-first).status)
	require.EqualValues(t, 1, ran.Load())
}

func TestAKeyWhoseProcessDiedIsFreeAfterAWhile(t *testing.T) {
	engine, ran, hold := counting(t, 50*time.Millisecond)
	go send(t, engine, "POST", "/slow", "", "Idempotency-Key", key) // takes longer than a request may: its process is dead
	require.Eventually(t, func() bool { return ran.Load() == 1 }, 10*time.Second, time.Millisecond)
	defer close(hold)
	go func() {
		for ran.Load() == 1 && t.Context().Err() == nil {
			send(t, engine, "POST", "/slow", "", "Idempotency-Key", key)
		}
	}()
	require.Eventually(t, func() bool { return ran.Load() == 2 }, 10*time.Second, time.Millisecond)
}
