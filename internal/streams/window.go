package streams

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// window bounds the messages and the bytes that wait for an acknowledgement.
type window struct {
	count, bytes *semaphore.Weighted
	most         int64
}

func newWindow(count, bytes int64) *window {
	return &window{count: semaphore.NewWeighted(count), bytes: semaphore.NewWeighted(bytes), most: bytes}
}

// enter waits for room and returns what gives it back.
func (w *window) enter(ctx context.Context, size int) (leave func(), err error) {
	weight := min(int64(size), w.most)
	if err := w.count.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	if err := w.bytes.Acquire(ctx, weight); err != nil {
		w.count.Release(1)
		return nil, err
	}
	return func() { w.bytes.Release(weight); w.count.Release(1) }, nil
}
