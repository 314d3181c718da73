package shopify

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"bluntcases.com/platform/internal/fault"
)

const (
	stallAfter  = time.Minute // a download that brings nothing for this long is opened again
	reopenLimit = 6           // how often in a row, without a byte in between
	reopenPause = 200 * time.Millisecond
)

// Download opens the result of a bulk operation from offset on. The reader mends a connection that breaks or stalls: it
// opens the file again where it broke. fault.BulkLost where the link has expired; ask for the operation again then.
func (c *Client) Download(ctx context.Context, link string, offset int64) (io.ReadCloser, error) {
	d := &download{ctx: ctx, client: c, link: link, next: offset, end: -1}
	if err := d.open(); err != nil {
		return nil, err
	}
	return d, nil
}

// download reads a file of which [next, end) is still to come; end is -1 where the server has not said.
type download struct {
	ctx    context.Context //nolint:containedctx // io.Reader has none of its own
	client *Client
	link   string
	etag   string
	next   int64
	end    int64
	body   io.ReadCloser
	watch  *time.Timer
	cancel context.CancelFunc
	broken int
}

func (d *download) Read(p []byte) (int, error) {
	for {
		if d.end >= 0 && d.next >= d.end {
			return 0, io.EOF
		}
		if d.body == nil {
			if err := d.reopen(); err != nil {
				return 0, err
			}
			continue
		}
		d.watch.Reset(stallAfter)
		n, err := d.body.Read(p)
		d.next += int64(n)
		if n > 0 {
			d.broken = 0
		}
		if err == nil {
			return n, nil
		}
		d.shut()
		if err == io.EOF && d.end < 0 {
			d.end = d.next // the server never said how long it is: this was the end
		}
		if n > 0 {
			return n, nil
		}
	}
}

// reopen asks for what is still to come, after a pause that grows. A link that is refused is not asked for again.
func (d *download) reopen() error {
	for {
		if d.broken++; d.broken > reopenLimit {
			return fault.New(fault.Unavailable, "the download of the result broke off %d times at byte %d", reopenLimit, d.next)
		}
		if err := sleep(d.ctx, reopenPause*time.Duration(d.broken)); err != nil {
			return fmt.Errorf("download the result: %w", err)
		}
		err := d.open()
		if err == nil || !fault.Of(err).Retryable() || d.ctx.Err() != nil {
			return err
		}
	}
}

func (d *download) open() error {
	ctx, cancel := context.WithCancel(d.ctx)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.link, nil)
	if err != nil {
		cancel()
		return fault.New(fault.ShopifyRejected, "the link of the result is not a URL") // which one is a secret
	}
	req.Header.Set("User-Agent", d.client.agent)
	req.Header.Set("Accept-Encoding", "identity") // offsets count the bytes as they are stored
	if d.next > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.next))
		if d.etag != "" {
			req.Header.Set("If-Range", d.etag)
		}
	}
	res, err := d.client.files.Do(req)
	if err != nil {
		cancel()
		return netFault(d.ctx, err, "the download of the result did not begin")
	}
	if err := d.accept(res); err != nil {
		cancel()
		_ = res.Body.Close() // refused: nothing of it is used
		return err
	}
	d.body, d.cancel, d.watch = res.Body, cancel, time.AfterFunc(stallAfter, cancel)
	return nil
}

// accept checks that the answer continues the file where it broke off.
func (d *download) accept(res *http.Response) error {
	switch res.StatusCode {
	case http.StatusOK:
		if d.next > 0 { // the file changed, or the server does not do ranges: skip what is there already
			if d.etag != "" && res.Header.Get("Etag") != d.etag {
				return fault.New(fault.BulkLost, "the result changed while it was downloaded")
			}
			if _, err := io.CopyN(io.Discard, res.Body, d.next); err != nil {
				return netFault(d.ctx, err, "the download of the result broke off")
			}
		}
		d.end = res.ContentLength
	case http.StatusPartialContent:
		from, total, ok := contentRange(res.Header.Get("Content-Range"))
		if !ok || from != d.next {
			return fault.New(fault.Unavailable, "the download of the result continued at another byte than asked for")
		}
		d.end = total
	case http.StatusRequestedRangeNotSatisfiable:
		if _, total, ok := contentRange(res.Header.Get("Content-Range")); ok && total == d.next {
			d.end = total // asked for what lies behind the last byte
			res.Body = http.NoBody
			return nil
		}
		return fault.New(fault.BulkLost, "the result is shorter than what was downloaded of it")
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return fault.New(fault.BulkLost, "the link of the result has expired (%d)", res.StatusCode)
	default:
		return statusFault(res.StatusCode, res.Header)
	}
	if d.etag == "" {
		if etag := res.Header.Get("Etag"); !strings.HasPrefix(etag, "W/") {
			d.etag = etag
		}
	}
	return nil
}

func (d *download) shut() {
	if d.body != nil {
		d.watch.Stop()
		d.cancel()
		_ = d.body.Close() // only read from: nothing can be lost by closing
		d.body = nil
	}
}

// Close ends the download.
func (d *download) Close() error {
	d.shut()
	d.end = d.next
	return nil
}

// contentRange reads "bytes 5-9/10" and "bytes */10"; total is -1 where it is not told.
func contentRange(header string) (from, total int64, ok bool) {
	rest, ok := strings.CutPrefix(header, "bytes ")
	if !ok {
		return 0, 0, false
	}
	span, size, ok := strings.Cut(rest, "/")
	if !ok {
		return 0, 0, false
	}
	total = -1
	if size != "*" {
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil {
			return 0, 0, false
		}
		total = n
	}
	if first, _, ok := strings.Cut(span, "-"); ok {
		n, err := strconv.ParseInt(first, 10, 64)
		return n, total, err == nil
	}
	return 0, total, span == "*"
}
