package shopify_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
)

const signature = "?sig=verysecret"

func content(size int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.UintN(256))
	}
	return b
}

// cutting serves the content and closes the connection after so many bytes of each answer.
func cutting(data []byte, after int, opened *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		opened.Add(1)
		w.Header().Set("Etag", `"v1"`)
		http.ServeContent(&cut{w, after}, r, "", time.Time{}, bytes.NewReader(data))
	}
}

type cut struct {
	http.ResponseWriter
	left int
}

func (c *cut) Write(p []byte) (int, error) {
	if len(p) > c.left {
		_, _ = c.ResponseWriter.Write(p[:c.left])
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

func TestADownloadContinuesWhereItBroke(t *testing.T) {
	t.Parallel()
	data := content(1 << 20)
	var opened atomic.Int64
	w := newWire(t, cutting(data, 300_000, &opened))
	body, err := client(t, w.URL).Download(t.Context(), w.URL+"/result"+signature, 0)
	require.NoError(t, err)
	defer body.Close()
	read, err := io.ReadAll(body)
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, read))
	require.EqualValues(t, 4, opened.Load())
	require.Equal(t, `"v1"`, w.seen()[1].Header.Get("If-Range"))
	require.Empty(t, w.seen()[1].Header.Get("X-Shopify-Access-Token"), "the result lies with another host")
}

func TestADownloadContinuesWithAServerWithoutRanges(t *testing.T) {
	t.Parallel()
	data := content(200_000)
	w := newWire(t,
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			_, _ = w.Write(data[:100_000])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	body, err := client(t, w.URL).Download(t.Context(), w.URL, 0)
	require.NoError(t, err)
	defer body.Close()
	read, err := io.ReadAll(body)
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, read))
}

func TestADownloadBeginsAtAnOffset(t *testing.T) {
	t.Parallel()
	data := content(1000)
	var opened atomic.Int64
	w := newWire(t, cutting(data, len(data), &opened))
	for _, offset := range []int64{0, 1, 999, 1000} {
		body, err := client(t, w.URL).Download(t.Context(), w.URL, offset)
		require.NoError(t, err)
		read, err := io.ReadAll(body)
		require.NoError(t, err)
		require.True(t, bytes.Equal(data[offset:], read), "from %d", offset)
		require.NoError(t, body.Close())
	}
}

func TestAResultThatChangesMidwayIsLost(t *testing.T) {
	t.Parallel()
	version := 0
	w := newWire(t, func(w http.ResponseWriter, r *http.Request) {
		version++
		w.Header().Set("Etag", fmt.Sprintf(`"v%d"`, version))
		http.ServeContent(&cut{w, 500}, r, "", time.Time{}, bytes.NewReader(content(1000)))
	})
	body, err := client(t, w.URL).Download(t.Context(), w.URL, 0)
	require.NoError(t, err)
	defer body.Close()
	_, err = io.ReadAll(body)
	require.True(t, fault.Is(err, fault.BulkLost), "%v", err)
}

func TestAnExpiredLinkIsLostAndItsSignatureUntold(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 404, 410} {
		w := newWire(t, answer(status, "<Error>ExpiredToken</Error>"))
		_, err := client(t, w.URL).Download(t.Context(), w.URL+signature, 0)
		require.True(t, fault.Is(err, fault.BulkLost), "%d: %v", status, err)
		require.NotContains(t, err.Error(), "verysecret")
	}
}

func TestADownloadThatBringsNothingGivesUp(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for the pauses between attempts")
	}
	w := newWire(t,
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		})
	body, err := client(t, w.URL).Download(t.Context(), w.URL+signature, 0)
	require.NoError(t, err)
	defer body.Close()
	_, err = io.ReadAll(body)
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.NotContains(t, err.Error(), "verysecret")
	require.True(t, strings.Contains(err.Error(), "byte 0"), "%v", err)
}
