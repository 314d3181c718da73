package mirror

import (
	"bytes"
	"context"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/uid"
)

// tagCache knows the tags of products, with which the events of their orders are enriched.
type tagCache struct {
	pool   *pgxpool.Pool
	mu     sync.Mutex
	tags   map[string][]string // product id → tags; nil where there is no such product
	failed error
}

func newTagCache(pool *pgxpool.Pool) *tagCache {
	return &tagCache{pool: pool, tags: map[string][]string{}}
}

var productRef = []byte(`"product":{"id":"`)

// prefetch reads the tags of the chunk's products at once. It finds them without parsing, in the form in which Shopify
// writes JSON; what it misses is read when it is asked for.
func (t *tagCache) prefetch(ctx context.Context, r *run, chunk []archive.Aggregate) error {
	if r.kind.group != "order" {
		return nil
	}
	wanted := map[string]struct{}{}
	for i := range chunk {
		for _, line := range chunk[i].Children {
			at := bytes.Index(line.Data, productRef)
			if at < 0 {
				continue
			}
			gid := line.Data[at+len(productRef):]
			if end := bytes.IndexByte(gid, '"'); end > 0 {
				wanted[string(gid[:end])] = struct{}{}
			}
		}
	}
	var ids []string
	t.mu.Lock()
	if len(t.tags) > maxCached {
		clear(t.tags)
	}
	for gid := range wanted {
		id := uid.Derive(uid.Product, r.load.Shop, gid)
		if _, ok := t.tags[id]; !ok {
			ids = append(ids, id)
		}
	}
	t.mu.Unlock()
	return t.read(ctx, ids)
}

func (t *tagCache) read(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := t.pool.Query(ctx, query("product_tags"), ids)
	if err != nil {
		return classify(err, "read product tags")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range ids {
		t.tags[id] = nil
	}
	var id string
	var tags []string
	_, err = pgx.ForEachRow(rows, []any{&id, &tags}, func() error {
		t.tags[id] = append([]string(nil), tags...)
		return nil
	})
	return classify(err, "read product tags")
}

// get is the tags of a product; err tells afterwards whether reading them failed.
func (t *tagCache) get(ctx context.Context, id string) []string {
	t.mu.Lock()
	tags, ok := t.tags[id]
	t.mu.Unlock()
	if ok {
		return tags
	}
	if err := t.read(ctx, []string{id}); err != nil {
		t.mu.Lock()
		t.failed = err
		t.mu.Unlock()
		return nil
	}
	return t.get(ctx, id)
}

func (t *tagCache) err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}
