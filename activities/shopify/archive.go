package shopify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/shopify"
)

// The names in an archived result's metadata, beside those of contract.Archive.
const (
	metaOperation  = "operation"
	metaKey        = "operation-key"
	metaWindowFrom = "window-from"
	metaWindowTo   = "window-to"
)

// ArchiveResult streams an operation's result into the object store, as it came. The object appears whole or not at
// all: a download that breaks off is continued where it broke, and one that ends short of the operation's fileSize is
// an error. A partial archive is what an operation that failed had written by then, kept as evidence; where there is
// nothing to keep, none is made. Called again it finds the object and downloads nothing; an attempt that was killed in the
// middle is begun anew, because what it had uploaded was never an object: a result of some GB is a few minutes' work.
func (a *Activities) ArchiveResult(ctx context.Context, in contract.ArchiveInput) (contract.Archive, error) {
	archive := contract.Archive{ObjectKey: in.ObjectKey, Entity: in.Entity, Objects: in.Result.Objects, RootObjects: in.Result.RootObjects}
	found, err := a.archived(ctx, in)
	if err != nil {
		return contract.Archive{}, err
	}
	var counted tally
	stop := heartbeat(ctx, func() contract.Heartbeat[struct{}] {
		return contract.Heartbeat[struct{}]{Done: counted.bytes.Load(), Total: in.Result.Bytes, Unit: "bytes"}
	})
	defer stop()
	if found {
		body, _, err := a.bucket.Get(ctx, in.ObjectKey)
		if err != nil {
			return contract.Archive{}, fmt.Errorf("read the archive: %w", err)
		}
		defer body.Close()
		if _, err := io.Copy(io.Discard, counted.reader(body, anySize)); err != nil {
			return contract.Archive{}, fmt.Errorf("count the archive's lines: %w", err)
		}
	} else if err := a.store(ctx, in, archive, &counted); err != nil {
		return contract.Archive{}, err
	}
	archive.Lines, archive.Bytes = counted.lines.Load(), counted.bytes.Load()
	return archive, nil
}

// archived tells whether the object is there already, from this operation and whole.
func (a *Activities) archived(ctx context.Context, in contract.ArchiveInput) (bool, error) {
	info, err := a.bucket.Head(ctx, in.ObjectKey)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the archive: %w", err)
	}
	return info.Metadata[metaOperation] == in.Result.Operation.GID && (in.Partial || info.Size == in.Result.Bytes), nil
}

func (a *Activities) store(ctx context.Context, in contract.ArchiveInput, archive contract.Archive, counted *tally) error {
	body, size, err := a.open(ctx, in)
	if err != nil {
		return fmt.Errorf("download the result of %s: %w", in.Result.Operation.GID, err)
	}
	if body == nil {
		return nil
	}
	defer body.Close()
	metadata := archive.Metadata()
	metadata[metaOperation] = in.Result.Operation.GID
	metadata[metaKey] = in.Result.Operation.Key
	metadata[metaWindowFrom] = in.Window.From.UTC().Format(time.RFC3339)
	metadata[metaWindowTo] = in.Window.To.UTC().Format(time.RFC3339)
	if _, err := a.bucket.Put(ctx, in.ObjectKey, counted.reader(body, size), objects.PutOptions{ContentType: jsonLines, Metadata: metadata}); err != nil {
		return fmt.Errorf("archive the result of %s: %w", in.Result.Operation.GID, err)
	}
	return nil
}

const anySize = -1

// open asks for the operation's link and opens it; nil where there is no partial file to keep. The link is asked for
// each time: it is signed, so it is kept nowhere, and a fresh one has its whole life before it.
func (a *Activities) open(ctx context.Context, in contract.ArchiveInput) (io.ReadCloser, int64, error) {
	o, err := a.shop.BulkOperation(ctx, in.Result.Operation.GID)
	switch {
	case in.Partial && (fault.Is(err, fault.BulkLost) || err == nil && o.PartialURL == ""):
		return nil, 0, nil
	case err != nil:
		return nil, 0, err
	case in.Partial:
		body, err := a.shop.Download(ctx, o.PartialURL, 0)
		return body, anySize, err
	case o.Status != shopify.StatusCompleted:
		return nil, 0, fault.New(fault.BulkLost, "the operation is %s", o.Status)
	case o.URL == "" && o.Objects > 0:
		return nil, 0, fault.New(fault.BulkLost, "the operation has %d objects and no link to them", o.Objects)
	case o.URL == "":
		return io.NopCloser(bytes.NewReader(nil)), 0, nil
	}
	size := int64(anySize)
	if o.Bytes != nil {
		size = *o.Bytes
	}
	body, err := a.shop.Download(ctx, o.URL, 0)
	return body, size, err
}

// tally counts the bytes and lines of what is read through it.
type tally struct{ bytes, lines atomic.Int64 }

// reader fails at the end of what is read if that is not size bytes long; anySize accepts every length.
func (t *tally) reader(r io.Reader, size int64) io.Reader {
	return &tallied{tally: t, r: r, size: size}
}

type tallied struct {
	*tally
	r    io.Reader
	size int64
	last byte
}

func (t *tallied) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if n > 0 {
		t.bytes.Add(int64(n))
		t.lines.Add(int64(bytes.Count(p[:n], newline)))
		t.last = p[n-1]
	}
	if err == io.EOF {
		read := t.bytes.Load()
		if t.size != anySize && read != t.size {
			return n, fault.New(fault.Unavailable, "the result ended after %d of %d bytes", read, t.size)
		}
		if read > 0 && t.last != '\n' {
			t.lines.Add(1)
			t.last = '\n'
		}
	}
	return n, err
}

var newline = []byte{'\n'}
