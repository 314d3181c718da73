package objects_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/testenv"
)

func bucket(t *testing.T) (*objects.Bucket, config.Objects) {
	cfg := testenv.S3(t)
	return objects.New(cfg).Bucket(cfg.ArchiveBucket), cfg
}

func random(n int) []byte {
	data := make([]byte, n)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(data)
	return data
}

// stream hides everything but Read, as a download does.
type stream struct{ io.Reader }

func TestPutAndGetKeepEveryByteOfEverySize(t *testing.T) {
	b, _ := bucket(t)
	for name, size := range map[string]int{"empty": 0, "small": 5, "one part": 16 << 20, "several parts": 40<<20 + 7} {
		t.Run(name, func(t *testing.T) {
			data := random(size)
			info, err := b.Put(t.Context(), name, stream{bytes.NewReader(data)}, objects.PutOptions{ContentType: "text/plain", Metadata: map[string]string{"root-objects": "7"}})
			require.NoError(t, err)
			require.Equal(t, int64(size), info.Size)

			body, info, err := b.Get(t.Context(), name)
			require.NoError(t, err)
			defer body.Close()
			got, err := io.ReadAll(body)
			require.NoError(t, err)
			require.True(t, bytes.Equal(data, got))
			require.Equal(t, int64(size), info.Size)
			require.Equal(t, "7", info.Metadata["root-objects"])
			require.Equal(t, "text/plain", info.ContentType)
		})
	}
}

func TestGetRange(t *testing.T) {
	b, _ := bucket(t)
	_, err := b.Put(t.Context(), "key", strings.NewReader("0123456789"), objects.PutOptions{})
	require.NoError(t, err)
	for _, c := range []struct {
		offset, length int64
		want           string
	}{{0, -1, "0123456789"}, {3, 4, "3456"}, {8, 100, "89"}, {10, -1, ""}, {0, 0, ""}} {
		body, _, err := b.GetRange(t.Context(), "key", c.offset, c.length)
		require.NoError(t, err)
		got, err := io.ReadAll(body)
		require.NoError(t, err)
		require.Equal(t, c.want, string(got))
	}
	_, _, err = b.GetRange(t.Context(), "key", 11, -1)
	require.True(t, fault.Is(err, fault.InvalidInput))
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	b, _ := bucket(t)
	_, err := b.Head(t.Context(), "nothing")
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	_, _, err = b.Get(t.Context(), "nothing")
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	require.NoError(t, b.Delete(t.Context(), "nothing"))
}

func TestIfAbsentHasOneWinner(t *testing.T) {
	b, _ := bucket(t)
	var won, lost atomic.Int64
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			_, err := b.Put(t.Context(), "once", strings.NewReader("x"), objects.PutOptions{IfAbsent: true})
			switch {
			case err == nil:
				won.Add(1)
			case fault.Is(err, fault.Conflict):
				lost.Add(1)
			default:
				return err
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.Equal(t, int64(1), won.Load())
	require.Equal(t, int64(7), lost.Load())
}

func TestListGoesThroughAllPagesInOrder(t *testing.T) {
	b, _ := bucket(t)
	for _, key := range []string{"a/2", "b/1", "a/10", "a/1"} {
		_, err := b.Put(t.Context(), key, strings.NewReader(key), objects.PutOptions{})
		require.NoError(t, err)
	}
	var keys []string
	for info, err := range b.List(t.Context(), "a/") {
		require.NoError(t, err)
		keys = append(keys, info.Key)
		require.Equal(t, int64(len(info.Key)), info.Size)
	}
	require.Equal(t, []string{"a/1", "a/10", "a/2"}, keys)
}

func TestASourceThatBreaksLeavesNoObject(t *testing.T) {
	b, _ := bucket(t)
	broken := errors.New("the download broke")
	for name, size := range map[string]int{"small": 5, "parts": 40 << 20} {
		_, err := b.Put(t.Context(), name, io.MultiReader(bytes.NewReader(random(size)), failing{broken}), objects.PutOptions{})
		require.ErrorIs(t, err, broken)
		_, err = b.Head(t.Context(), name)
		require.True(t, fault.Is(err, fault.NotFound))
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestASignedLinkIsReadByAnyoneUntilItIsTamperedWith(t *testing.T) {
	b, _ := bucket(t)
	_, err := b.Put(t.Context(), "report.csv", strings.NewReader("a,b"), objects.PutOptions{})
	require.NoError(t, err)
	link, err := b.Presign(t.Context(), "report.csv", "sales.csv", time.Minute)
	require.NoError(t, err)
	answer, err := http.Get(link)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, "a,b", string(body))
	require.Contains(t, answer.Header.Get("Content-Disposition"), "sales.csv")

	tampered, err := http.Get(strings.Replace(link, "report.csv", "other.csv", 1))
	require.NoError(t, err)
	defer tampered.Body.Close()
	require.Equal(t, http.StatusForbidden, tampered.StatusCode)
}

// A proxy that cuts answers short stands between us and the server.
func TestADownloadThatBreaksIsContinuedWhereItBroke(t *testing.T) {
	b, cfg := bucket(t)
	data := random(3 << 20)
	_, err := b.Put(t.Context(), "key", bytes.NewReader(data), objects.PutOptions{})
	require.NoError(t, err)

	target, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	var ranges []string
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method == http.MethodGet {
				ranges = append(ranges, r.Request.Header.Get("Range"))
				r.Body = struct {
					io.Reader
					io.Closer
				}{io.LimitReader(r.Body, 1<<20), r.Body}
			}
			return nil
		},
		ErrorLog: nil,
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: cut(proxy)}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	cfg.Endpoint = "http://" + listener.Addr().String()
	body, _, err := objects.New(cfg).Bucket(cfg.ArchiveBucket).Get(context.Background(), "key")
	require.NoError(t, err)
	got, err := io.ReadAll(body)
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, got))
	require.GreaterOrEqual(t, len(ranges), 3)
	require.Equal(t, "bytes=0-3145727", ranges[0])
}

// cut lets the proxy's panic on a short body end the connection, as a broken network would.
func cut(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() != nil {
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func TestEnsureCreatesABucketOnce(t *testing.T) {
	_, cfg := bucket(t)
	b := objects.New(cfg).Bucket(cfg.ArchiveBucket + "-new")
	created, err := b.Ensure(t.Context())
	require.NoError(t, err)
	require.True(t, created)
	created, err = b.Ensure(t.Context())
	require.NoError(t, err)
	require.False(t, created)
	if err := b.Expire(t.Context(), objects.Rule{ID: "archives", Prefix: "archives/ingest/", Days: 400}); err != nil {
		require.True(t, fault.Is(err, fault.Unsupported), "%v", err)
	}
}

func TestErrorsHoldNoAddress(t *testing.T) {
	_, cfg := bucket(t)
	cfg.Endpoint = "http://127.0.0.1:1"
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	_, err := objects.New(cfg).Bucket("b").Head(ctx, "key")
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.NotContains(t, err.Error(), "127.0.0.1")

	_, cfg = bucket(t)
	cfg.SecretKey = "wrong"
	_, err = objects.New(cfg).Bucket(cfg.ArchiveBucket).Head(ctx, "key")
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}
