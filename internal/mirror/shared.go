package mirror

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bluntcases.com/platform/internal/mirror/mapping"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/uid"
)

// shared is what the aggregates of a chunk bring that others bring, too: rows known by a Shopify id, and values known by
// themselves. They are written before the chunk, in a transaction of their own, so that no two chunks wait for each
// other's; being there early harms nothing.
type shared struct {
	collections map[string]row.ProductCollection
	inventory   map[string]row.InventoryItem
	providers   map[string]row.FulfillmentProvider
	channels    map[string]row.SalesChannel
	gateways    map[string]string // code → itself
	types       map[string]string // value → itself
	tags        map[string]string // normalized → as written
}

func (s *shared) reset() {
	if s.tags == nil {
		*s = shared{
			map[string]row.ProductCollection{},
			map[string]row.InventoryItem{},
			map[string]row.FulfillmentProvider{},
			map[string]row.SalesChannel{},
			map[string]string{},
			map[string]string{},
			map[string]string{},
		}
	}
	clear(s.collections)
	clear(s.inventory)
	clear(s.providers)
	clear(s.channels)
	clear(s.gateways)
	clear(s.types)
	clear(s.tags)
}

func (s *shared) addOrder(o *mapping.Order) {
	for i := range o.Providers {
		s.providers[o.Providers[i].ID] = o.Providers[i]
	}
	for i := range o.Channels {
		s.channels[o.Channels[i].ID] = o.Channels[i]
	}
	for _, code := range o.Gateways {
		s.gateways[code] = code
	}
}

func (s *shared) addProduct(p *mapping.Product) {
	for i := range p.Collections {
		if c, ok := s.collections[p.Collections[i].ID]; !ok || p.Collections[i].Updated.After(c.Updated) {
			s.collections[p.Collections[i].ID] = p.Collections[i]
		}
	}
	for i := range p.Inventory {
		if c, ok := s.inventory[p.Inventory[i].ID]; !ok || p.Inventory[i].Updated.After(c.Updated) {
			s.inventory[p.Inventory[i].ID] = p.Inventory[i]
		}
	}
	for _, tag := range p.Tags {
		if _, ok := s.tags[tag.Normalized]; !ok {
			s.tags[tag.Normalized] = tag.Value
		}
	}
	if p.Type != "" {
		s.types[p.Type] = p.Type
	}
}

// sharedCache remembers for the length of a load what is written already.
type sharedCache struct {
	mu      sync.Mutex
	rows    map[string]any    // id → row
	values  map[string]bool   // derived id → there
	aliases map[string]string // derived id → the id of the row
}

// maxCached bounds the cache; what falls out is written again, which changes nothing.
const maxCached = 200_000

func newSharedCache() *sharedCache {
	return &sharedCache{rows: map[string]any{}, values: map[string]bool{}, aliases: map[string]string{}}
}

func (c *sharedCache) alias(derived string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id, ok := c.aliases[derived]; ok {
		return id
	}
	return derived
}

// ensure writes the batch's shared rows. Again says that a value has a row under another id than the batch was encoded
// with.
func (c *sharedCache) ensure(ctx context.Context, r *run, b *batch) (again bool, err error) {
	c.mu.Lock() // one at a time: whoever waits finds it done
	defer c.mu.Unlock()
	if len(c.rows)+len(c.values) > maxCached {
		clear(c.rows)
		clear(c.values)
	}
	for _, v := range []struct {
		table  string
		prefix uid.Prefix
		values map[string]string
	}{
		{"payment_provider", uid.PaymentProvider, b.shared.gateways},
		{"product_type", uid.ProductType, b.shared.types},
		{"product_tag", uid.ProductTag, b.shared.tags},
	} {
		moved, err := c.ensureValues(ctx, r, v.table, v.prefix, v.values)
		if err != nil {
			return false, classify(err, "write "+v.table)
		}
		again = again || moved
	}
	return again, classify(c.ensureRows(ctx, r, b), "write what the "+string(r.load.Entity)+" share")
}

func (c *sharedCache) ensureValues(ctx context.Context, r *run, table string, prefix uid.Prefix, values map[string]string) (moved bool, err error) {
	var ids, written, keys []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if id := uid.DeriveValue(prefix, r.load.Shop, table, key); !c.values[id] {
			ids, written, keys = append(ids, id), append(written, values[key]), append(keys, key)
		}
	}
	if len(ids) == 0 {
		return false, nil
	}
	there, err := r.valueIDs(ctx, table, keys)
	if err != nil {
		return false, err
	}
	if len(there) < len(keys) {
		var missing [3][]string
		for i, key := range keys {
			if _, ok := there[key]; !ok {
				missing[0], missing[1], missing[2] = append(missing[0], ids[i]), append(missing[1], written[i]), append(missing[2], key)
			}
		}
		_, err := r.pool.Exec(ctx, query("insert_"+table), missing[0], missing[1], missing[2])
		var pg *pgconn.PgError
		if err != nil && (!errors.As(err, &pg) || pg.Code != "23505") {
			return false, err
		}
		// A unique violation: somebody named one of the values a moment ago. Read again; the next attempt adds the rest.
		if there, err = r.valueIDs(ctx, table, keys); err != nil {
			return false, err
		}
	}
	for i, key := range keys {
		id, ok := there[key]
		if !ok {
			return true, nil
		}
		c.values[ids[i]] = true
		if id != ids[i] && c.aliases[ids[i]] != id {
			c.aliases[ids[i]] = id
			moved = true
		}
	}
	return moved, nil
}

func (r *run) valueIDs(ctx context.Context, table string, keys []string) (map[string]string, error) {
	rows, err := r.pool.Query(ctx, query("values_"+table), keys)
	if err != nil {
		return nil, err
	}
	there := make(map[string]string, len(keys))
	var key, id string
	_, err = pgx.ForEachRow(rows, []any{&key, &id}, func() error {
		there[key] = id
		return nil
	})
	return there, err
}

func (c *sharedCache) ensureRows(ctx context.Context, r *run, b *batch) error {
	staged := newBatch("")
	staged.reset(b.at)
	stageNew(c, staged, b.shared.collections)
	stageNew(c, staged, b.shared.inventory)
	stageNew(c, staged, b.shared.providers)
	stageNew(c, staged, b.shared.channels)
	if !staged.hasStaged() {
		return nil
	}
	err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		_, _, err := merge(ctx, tx.Conn().PgConn(), "shared", row.Tables("shared"), staged)
		return err
	})
	if err != nil {
		clear(c.rows)
	}
	return err
}

// stageNew stages the rows that the cache does not hold as they are, in the order of their ids.
func stageNew[T comparable, R rowOf[T]](c *sharedCache, b *batch, rows map[string]T) {
	for _, id := range slices.SortedFunc(maps.Keys(rows), strings.Compare) {
		one := rows[id]
		if before, ok := c.rows[id]; ok && before == any(one) {
			continue
		}
		c.rows[id] = one
		put1[T, R](b, false, &one)
	}
}
