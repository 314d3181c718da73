package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"bluntcases.com/platform/internal/fault"
)

// Info describes an object.
type Info struct {
	Key          string
	Size         int64 // bytes
	ETag         string
	LastModified time.Time
	ContentType  string            // not filled by List
	Metadata     map[string]string // lower-case names; not filled by List
}

// Head describes the object, or returns fault.NotFound.
func (b *Bucket) Head(ctx context.Context, key string) (Info, error) {
	out, err := b.client.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(b.name), Key: aws.String(key)})
	if err != nil {
		return Info{}, classify(err, "head %s/%s", b.name, key)
	}
	return Info{
		Key: key, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag),
		LastModified: aws.ToTime(out.LastModified), ContentType: aws.ToString(out.ContentType), Metadata: out.Metadata,
	}, nil
}

// Get reads the whole object; see GetRange.
func (b *Bucket) Get(ctx context.Context, key string) (io.ReadCloser, Info, error) {
	return b.GetRange(ctx, key, 0, -1)
}

// GetRange reads length bytes from offset; a negative length means to the end. A connection that breaks is opened again
// where it broke, on the same version of the object: the reader never mixes two. Info.Size is the object's whole size.
func (b *Bucket) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, Info, error) {
	info, err := b.Head(ctx, key)
	if err != nil {
		return nil, Info{}, err
	}
	end := info.Size
	if length >= 0 {
		end = min(end, offset+length)
	}
	if offset < 0 || offset > info.Size {
		return nil, Info{}, fault.New(fault.InvalidInput, "offset %d lies outside %s/%s (%d bytes)", offset, b.name, key, info.Size)
	}
	return &reader{ctx: ctx, bucket: b, info: info, next: offset, end: end}, info, nil
}

// resumes bounds how often one reader opens its object again without having read a byte in between.
const resumes = 5

// reader reads [next, end) of one version of an object.
type reader struct {
	ctx       context.Context //nolint:containedctx // io.Reader has none of its own
	bucket    *Bucket
	info      Info
	next, end int64
	body      io.ReadCloser
	broken    int
}

func (r *reader) Read(p []byte) (int, error) {
	for {
		if r.next >= r.end {
			return 0, io.EOF
		}
		if err := r.open(); err != nil {
			return 0, err
		}
		n, err := r.body.Read(p)
		r.next += int64(n)
		if n > 0 {
			r.broken = 0
		}
		if err == nil || r.next >= r.end {
			return n, nil
		}
		// Either the connection broke, or it ended early: both are mended by asking for the rest.
		r.shut()
		if n > 0 {
			return n, nil
		}
		if err := r.wait(err); err != nil {
			return 0, err
		}
	}
}

func (r *reader) open() error {
	if r.body != nil {
		return nil
	}
	out, err := r.bucket.client.api.GetObject(r.ctx, &s3.GetObjectInput{
		Bucket:  aws.String(r.bucket.name),
		Key:     aws.String(r.info.Key),
		Range:   aws.String(fmt.Sprintf("bytes=%d-%d", r.next, r.end-1)),
		IfMatch: optional(r.info.ETag),
	})
	if err != nil {
		return classify(err, "get %s/%s at byte %d", r.bucket.name, r.info.Key, r.next)
	}
	r.body = out.Body
	return nil
}

// wait pauses before the next attempt, or gives up.
func (r *reader) wait(cause error) error {
	r.broken++
	if r.broken > resumes {
		if errors.Is(cause, io.EOF) {
			cause = io.ErrUnexpectedEOF
		}
		return fault.Wrap(fault.Unavailable, cause, "read %s/%s at byte %d", r.bucket.name, r.info.Key, r.next)
	}
	select {
	case <-r.ctx.Done():
		return r.ctx.Err()
	case <-time.After(time.Duration(r.broken) * 200 * time.Millisecond):
		return nil
	}
}

func (r *reader) shut() {
	if r.body != nil {
		_ = r.body.Close() // only read from: nothing can be lost by closing
		r.body = nil
	}
}

func (r *reader) Close() error {
	r.shut()
	r.next = r.end
	return nil
}
