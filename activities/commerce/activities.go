package commerce

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/streams"
)

// Objects is the part of a bucket that is read here.
type Objects interface {
	Head(ctx context.Context, key string) (objects.Info, error)
	Get(ctx context.Context, key string) (io.ReadCloser, objects.Info, error)
}

// Publisher hands messages to a stream; Pending.Wait tells when one is durable.
type Publisher interface {
	Send(ctx context.Context, m streams.Message) (*streams.Pending, error)
}

// Activities carries what the activities need; a process makes one.
type Activities struct {
	loader    *mirror.Loader
	outbox    *store.Queries
	archive   Objects
	publisher Publisher
}

// New makes the activities over a pool that it does not close.
func New(pool *pgxpool.Pool, options mirror.Options, archive Objects, publisher Publisher) *Activities {
	return &Activities{loader: mirror.New(pool, options), outbox: store.New(pool), archive: archive, publisher: publisher}
}

func (a *Activities) object(archive contract.Archive) mirror.Object {
	return mirror.Object{
		Key: archive.ObjectKey, Size: archive.Bytes,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			body, _, err := a.archive.Get(ctx, archive.ObjectKey)
			return body, err
		},
	}
}

// beat is how often an activity tells where it stands, whether or not it got on.
const beat = 2 * time.Second

// pulse heartbeats the last state that it was told.
type pulse[Cursor any] struct {
	mu    sync.Mutex
	state contract.Heartbeat[Cursor]
	stop  chan struct{}
	done  chan struct{}
}

func newPulse[Cursor any](ctx context.Context, unit string, cursor Cursor) *pulse[Cursor] {
	p := &pulse[Cursor]{
		state: contract.Heartbeat[Cursor]{Unit: unit, Cursor: cursor},
		stop:  make(chan struct{}), done: make(chan struct{}),
	}
	activity.RecordHeartbeat(ctx, p.state)
	go func() {
		defer close(p.done)
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-ctx.Done():
				return
			case <-ticker.C:
				p.mu.Lock()
				state := p.state
				p.mu.Unlock()
				activity.RecordHeartbeat(ctx, state)
			}
		}
	}()
	return p
}

func (p *pulse[Cursor]) set(done, total int64, cursor Cursor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Done, p.state.Total, p.state.Cursor = done, total, cursor
}

func (p *pulse[Cursor]) close() {
	close(p.stop)
	<-p.done
}
