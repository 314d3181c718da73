package mirror

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/row"
)

// Sweep compares the ids that the store has with what is stored.
type Sweep struct {
	Entity contract.Entity
	Shop   string
	IDs    Object // JSON lines, each with an id
	// Objects is how many ids Shopify counted; negative is unknown.
	Objects int64
	Window  contract.Window // of creation, that the ids cover
	Began   time.Time       // what was written, or changed at the source, since then is left alone
	// Progress is called after each page of stored rows.
	Progress func(seen int64)
}

const (
	sweepPage   = 5000
	deleteChunk = 500
	// A sweep that misses more than this many rows, and most of what it should have seen, has not seen the store: its
	// token lost a scope, or its window is wrong.
	plausible = 100
)

// Sweep soft-deletes the rows of the window that the ids do not have, with all that belongs to them.
func (l *Loader) Sweep(ctx context.Context, s Sweep) (contract.Deletions, error) {
	kind, err := kindOf(s.Entity)
	if err != nil {
		return contract.Deletions{}, err
	}
	if s.Entity == contract.Customers {
		return contract.Deletions{}, fault.New(fault.InvalidInput, "customers are not swept")
	}
	if s.Window.To.IsZero() {
		s.Window.To = s.Began
	}
	there, err := readIDs(ctx, s)
	if err != nil {
		return contract.Deletions{}, err
	}
	gone, seen, err := l.missing(ctx, kind, s, there)
	if err != nil {
		return contract.Deletions{}, err
	}
	if len(gone) > plausible && int64(len(gone))*2 > seen {
		return contract.Deletions{}, fault.New(fault.CountMismatch,
			"the sweep of %s misses %d of %d rows: it has not seen the store, and nothing was deleted", s.Entity, len(gone), seen)
	}
	result := contract.Deletions{Seen: seen}
	for ids := range slices.Chunk(gone, deleteChunk) {
		deleted, err := l.remove(ctx, kind, ids, s.Began)
		if err != nil {
			return result, classify(err, "delete "+string(s.Entity))
		}
		result.Deleted += deleted
	}
	return result, nil
}

// readIDs reads the ids as sorted hashes: eight bytes an id.
func readIDs(ctx context.Context, s Sweep) ([]uint64, error) {
	body, err := s.IDs.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var there []uint64
	lines := bufio.NewReaderSize(body, 256<<10)
	for number := int64(1); ; number++ {
		line, err := lines.ReadSlice('\n')
		if err != nil && err != io.EOF {
			return nil, fault.Wrap(fault.Unavailable, err, "read %s", s.IDs.Key)
		}
		if len(line) > 1 {
			head, cause := archive.Scan(line)
			if cause != nil {
				return nil, archive.Malformed(s.IDs.Key, number, cause)
			}
			there = append(there, hashID(head.ID))
		}
		if err == io.EOF {
			break
		}
	}
	slices.Sort(there)
	there = slices.Compact(there)
	if s.Objects >= 0 && int64(len(there)) != s.Objects {
		return nil, fault.New(fault.CountMismatch, "%s holds %d ids, and Shopify counted %d", s.IDs.Key, len(there), s.Objects)
	}
	return there, nil
}

func hashID(gid []byte) uint64 {
	sum := sha256.Sum256(gid)
	return binary.LittleEndian.Uint64(sum[:])
}

// missing pages through the stored rows and keeps those that are not there.
func (l *Loader) missing(ctx context.Context, kind *kind, s Sweep, there []uint64) (gone []string, seen int64, err error) {
	for after := ""; ; {
		rows, err := l.pool.Query(ctx, query("sweep_"+kind.group), s.Window.From, s.Window.To, s.Began, s.Shop, after, sweepPage)
		if err != nil {
			return nil, 0, classify(err, "page through "+string(s.Entity))
		}
		page := 0
		var id, gid string
		_, err = pgx.ForEachRow(rows, []any{&id, &gid}, func() error {
			page++
			after = id
			if _, ok := slices.BinarySearch(there, hashID([]byte(gid))); !ok {
				gone = append(gone, id)
			}
			return nil
		})
		if err != nil {
			return nil, 0, classify(err, "page through "+string(s.Entity))
		}
		seen += int64(page)
		if s.Progress != nil {
			s.Progress(seen)
		}
		if page < sweepPage {
			return gone, seen, nil
		}
	}
}

// remove soft-deletes roots and what belongs to them.
func (l *Loader) remove(ctx context.Context, kind *kind, ids []string, at time.Time) (deleted int64, err error) {
	err = pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) error {
		conn := tx.Conn().PgConn()
		if _, err := conn.Exec(ctx, row.Stage(kind.group)).ReadAll(); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, query("delete_"+kind.group), ids, at)
		if err != nil {
			return err
		}
		deleted = tag.RowsAffected()
		for _, name := range kind.tables {
			if statement := row.Remove(name); statement != "" {
				if _, err := exec(ctx, conn, statement); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return deleted, err
}
