package shopify_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/simulators/shopify"
)

const products = `{ products { edges { node { id title variants { edges { node { id } } } } } } }`

func (s *sim) fault(f shopify.Fault) {
	s.t.Helper()
	_, err := s.server.AddFault(f)
	require.NoError(s.t, err)
}

func TestRequestFaultsStrikeAsOftenAsTheyAreTold(t *testing.T) {
	for kind, check := range map[string]func(*testing.T, *answer, error){
		shopify.FaultHTTP429: func(t *testing.T, a *answer, _ error) {
			require.Equal(t, http.StatusTooManyRequests, a.Status)
			require.NotEmpty(t, a.Header.Get("Retry-After"))
		},
		shopify.FaultHTTP5xx:   func(t *testing.T, a *answer, _ error) { require.Equal(t, http.StatusServiceUnavailable, a.Status) },
		shopify.FaultThrottled: func(t *testing.T, a *answer, _ error) { require.Equal(t, "THROTTLED", a.Errors[0].Extensions["code"]) },
		shopify.FaultReset:     func(t *testing.T, _ *answer, err error) { require.Error(t, err) },
	} {
		t.Run(kind, func(t *testing.T) {
			s := start(t, shopify.Config{})
			s.fault(shopify.Fault{Kind: kind, Operation: "shop", Times: 2, Skip: 1})
			s.ask(`{ shop { name } }`, nil)
			for range 2 {
				a, err := s.try(`{ shop { name } }`, nil)
				check(t, a, err)
				s.ask(`{ products(first: 1) { nodes { id } } }`, nil) // is not concerned
			}
			s.ask(`{ shop { name } }`, nil)
			require.Equal(t, 2, s.server.Faults()[0].Hits)
		})
	}
}

func TestALostAnswerHasDoneItsWork(t *testing.T) {
	s := start(t, shopify.Config{})
	s.fault(shopify.Fault{Kind: shopify.FaultAnswerLost, Operation: "bulkOperationRunQuery", Times: 1})
	_, err := s.try(runBulk, map[string]any{"query": products})
	require.Error(t, err)
	list := s.ask(operation(t, "bulk_operations"), map[string]any{"first": 5})["bulkOperations"].(map[string]any)["nodes"].([]any)
	require.Len(t, list, 1)
	require.Equal(t, products, list[0].(map[string]any)["query"])
}

func TestSubmissionsCanBeRefused(t *testing.T) {
	s := start(t, shopify.Config{})
	for kind, code := range map[string]string{shopify.FaultInProgress: "OPERATION_IN_PROGRESS", shopify.FaultLimitReached: "LIMIT_REACHED"} {
		s.fault(shopify.Fault{Kind: kind, Times: 1})
		run := s.ask(runBulk, map[string]any{"query": products})["bulkOperationRunQuery"].(map[string]any)
		require.Equal(t, code, run["userErrors"].([]any)[0].(map[string]any)["code"])
	}
	s.submit(products)
}

func TestAFailedOperationLeavesAPartialFile(t *testing.T) {
	s := start(t, shopify.Config{})
	s.fault(shopify.Fault{Kind: shopify.FaultBulkFailed, After: 10, Times: 1})
	op := s.await(s.submit(products), "FAILED")
	require.Equal(t, "INTERNAL_SERVER_ERROR", op["errorCode"])
	require.Nil(t, op["url"])
	require.Equal(t, "10", op["rootObjectCount"])
	require.NotEmpty(t, s.lines(op["partialDataUrl"].(string)))
}

func TestAWindowThatIsTooLargeTimesOut(t *testing.T) {
	s := start(t, shopify.Config{})
	s.fault(shopify.Fault{Kind: shopify.FaultBulkTimeout, Operation: "orders", After: 200})
	op := s.await(s.submit(`{ orders { edges { node { id } } } }`), "FAILED")
	require.Equal(t, "TIMEOUT", op["errorCode"])
	half := `{ orders(query: "created_at:>='2025-11-01'") { edges { node { id } } } }`
	s.await(s.submit(half), "COMPLETED")
}

func TestOperationsCanBeCanceledOrExpireByThemselves(t *testing.T) {
	s := start(t, shopify.Config{BulkCancelDelay: 20 * time.Millisecond})
	s.fault(shopify.Fault{Kind: shopify.FaultBulkCanceled, After: 5, Times: 1})
	id := s.submit(products)
	s.await(id, "CANCELING")
	s.await(id, "CANCELED")
	s.fault(shopify.Fault{Kind: shopify.FaultBulkExpired, Times: 1})
	require.Nil(t, s.await(s.submit(products), "EXPIRED")["url"])
}

func TestResultsCanBeSpoilt(t *testing.T) {
	s := start(t, shopify.Config{})
	good, _ := s.bulk(products)

	s.fault(shopify.Fault{Kind: shopify.FaultDuplicateLines, Every: 10, Times: 1})
	twice, op := s.bulk(products)
	require.Len(t, twice, len(good)+len(good)/10)
	require.Equal(t, len(good), number(t, op["objectCount"]))

	s.fault(shopify.Fault{Kind: shopify.FaultLostLines, Line: 7, Times: 1})
	fewer, op := s.bulk(products)
	require.Len(t, fewer, len(good)-1)
	require.Equal(t, len(good), number(t, op["objectCount"]))

	s.fault(shopify.Fault{Kind: shopify.FaultMalformedLine, Line: 12, Times: 1})
	text := fetch(t, s.await(s.submit(products), "COMPLETED")["url"].(string), "")
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		require.Equal(t, i != 11, json.Valid([]byte(line)), "line %d", i+1)
	}

	s.fault(shopify.Fault{Kind: shopify.FaultUnknownEnum, Field: "Product.title", Value: "FROM_THE_FUTURE", Times: 1})
	rows, _ := s.bulk(products)
	require.Equal(t, "FROM_THE_FUTURE", rows[0]["title"])
	again, _ := s.bulk(products)
	require.Equal(t, good, again, "and all is as before")
}

func number(t *testing.T, v any) int {
	t.Helper()
	var n int
	require.NoError(t, json.Unmarshal([]byte(v.(string)), &n))
	return n
}

func TestDownloadsBreak(t *testing.T) {
	s := start(t, shopify.Config{})
	op := s.await(s.submit(products), "COMPLETED")
	url, size := op["url"].(string), number(t, op["fileSize"])

	s.fault(shopify.Fault{Kind: shopify.FaultDownloadReset, After: 1000, Times: 1})
	w, err := http.Get(url)
	require.NoError(t, err)
	text, err := io.ReadAll(w.Body)
	w.Body.Close()
	require.Error(t, err)
	require.LessOrEqual(t, len(text), 1000)

	s.fault(shopify.Fault{Kind: shopify.FaultDownloadTruncated, After: 1000, Times: 1})
	require.Len(t, fetch(t, url, ""), 1000)

	s.fault(shopify.Fault{Kind: shopify.FaultURLExpired, Times: 1})
	s.fault(shopify.Fault{Kind: shopify.FaultDownload5xx, Status: http.StatusBadGateway, Times: 1})
	for _, want := range []int{http.StatusBadRequest, http.StatusBadGateway} {
		w, err := http.Get(url)
		require.NoError(t, err)
		w.Body.Close()
		require.Equal(t, want, w.StatusCode)
	}
	require.Len(t, fetch(t, url, ""), size)
}

func TestARateStrikesSome(t *testing.T) {
	s := start(t, shopify.Config{})
	s.fault(shopify.Fault{Kind: shopify.FaultHTTP5xx, Rate: 0.3})
	for range 100 {
		_, err := s.try(`{ shop { name } }`, nil)
		require.NoError(t, err)
	}
	hits := s.server.Faults()[0].Hits
	require.Greater(t, hits, 10)
	require.Less(t, hits, 60)
}

func TestFaultsByHTTP(t *testing.T) {
	s := start(t, shopify.Config{})
	post := func(f string) int {
		w, err := http.Post(s.url+"/_sim/faults", "application/json", bytes.NewReader([]byte(f)))
		require.NoError(t, err)
		w.Body.Close()
		return w.StatusCode
	}
	require.Equal(t, http.StatusCreated, post(`{"kind":"http_429","operation":"shop","times":1}`))
	for _, bad := range []string{`{"kind":"nonsense"}`, `{"kind":"slow","dealy_ms":1}`, `{"kind":"unknown_enum"}`, `{"kind":"missing_scope"}`} {
		require.Equal(t, http.StatusUnprocessableEntity, post(bad), bad)
	}
	require.Len(t, s.server.Faults(), 1)
	r, err := http.NewRequest(http.MethodDelete, s.url+"/_sim/faults", nil)
	require.NoError(t, err)
	w, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	w.Body.Close()
	require.Empty(t, s.server.Faults())
}
