package shopify

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"bluntcases.com/platform/internal/objects"
)

// scratch collects output in objects that a retry can go on from, and joins them at the end. They lie under scratch/,
// outside the archive, where an abandoned run's are expired with their prefix.
type scratch struct {
	bucket *objects.Bucket
	prefix string
	parts  int
	buffer bytes.Buffer
}

func (s *scratch) line(text []byte) {
	s.buffer.Write(text)
	s.buffer.WriteByte('\n')
}

// flush puts what is in memory into the next scratch object if it is at least so large, and tells whether it did. A
// part that an earlier attempt wrote without being able to say so is replaced.
func (s *scratch) flush(ctx context.Context, atLeast int) (bool, error) {
	if s.buffer.Len() < atLeast {
		return false, nil
	}
	if _, err := s.bucket.Put(ctx, s.key(s.parts+1), bytes.NewReader(s.buffer.Bytes()), objects.PutOptions{ContentType: jsonLines}); err != nil {
		return false, err
	}
	s.parts++
	s.buffer.Reset()
	return true, nil
}

func (s *scratch) key(part int) string { return fmt.Sprintf("%s%06d", s.prefix, part) }

// join streams the scratch objects and what is in memory into one object, removes the scratch objects, and returns the
// object's size.
func (s *scratch) join(ctx context.Context, key string, options objects.PutOptions) (int64, error) {
	readers := make([]io.Reader, 0, s.parts+1)
	for part := 1; part <= s.parts; part++ {
		body := &lazy{open: func() (io.ReadCloser, error) {
			body, _, err := s.bucket.Get(ctx, s.key(part))
			return body, err
		}}
		defer body.Close()
		readers = append(readers, body)
	}
	readers = append(readers, bytes.NewReader(s.buffer.Bytes()))
	info, err := s.bucket.Put(ctx, key, io.MultiReader(readers...), options)
	if err != nil {
		return 0, err
	}
	for part := 1; part <= s.parts; part++ {
		if err := s.bucket.Delete(ctx, s.key(part)); err != nil {
			return 0, err
		}
	}
	return info.Size, nil
}

// lazy opens its object when it is first read, so that joining holds one open at a time.
type lazy struct {
	open func() (io.ReadCloser, error)
	body io.ReadCloser
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.body == nil {
		body, err := l.open()
		if err != nil {
			return 0, err
		}
		l.body = body
	}
	n, err := l.body.Read(p)
	if err == io.EOF {
		_ = l.body.Close() // only read from: nothing can be lost by closing
	}
	return n, err
}

func (l *lazy) Close() error {
	if l.body == nil {
		return nil
	}
	return l.body.Close()
}
