package mirror

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/mapping"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
)

// maxShopLine bounds a line of the shop's archive: a shop or a location.
const maxShopLine = 1 << 20

// LoadShop loads the shop and its locations: one JSON object a line, told apart by their global ids. There are few, so
// they are one transaction; a location that is no longer listed stays, because orders speak of it.
func (l *Loader) LoadShop(ctx context.Context, load Load) (contract.LoadResult, error) {
	body, err := load.Operation.Open(ctx)
	if err != nil {
		return contract.LoadResult{}, err
	}
	defer body.Close()
	b := newBatch("")
	b.reset(l.options.Now())
	result, err := readShop(body, b, load)
	if err != nil {
		return contract.LoadResult{}, err
	}
	err = pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) error {
		merged, _, err := merge(ctx, tx.Conn().PgConn(), "shop", row.Tables("shop"), b)
		result.Rows, result.Written = merged, merged
		return err
	})
	result.Unchanged = result.Roots - result.Written
	return result, classify(err, "write the shop")
}

func readShop(body io.Reader, b *batch, load Load) (contract.LoadResult, error) {
	var result contract.LoadResult
	found := false
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxShopLine)
	for number := int64(1); lines.Scan(); number++ {
		line := lines.Bytes()
		result.Bytes += int64(len(line)) + 1
		if len(line) == 0 {
			continue
		}
		head, err := archive.Scan(line)
		if err == nil {
			switch kind := archive.TypeOf(string(head.ID)); kind {
			case "Shop":
				found = true
				err = putShop(b, load.Shop, line)
			case "Location":
				err = putLocation(b, load.Shop, line)
			default:
				err = fmt.Errorf("a %q is neither a shop nor a location", kind)
			}
		}
		if err != nil {
			return result, archive.Malformed(load.Operation.Key, number, err)
		}
		result.Roots++
	}
	if err := lines.Err(); err != nil {
		return result, fault.Wrap(fault.Unavailable, err, "read %s", load.Operation.Key)
	}
	if !found {
		return result, fault.New(fault.MalformedArchive, "%s holds no shop", load.Operation.Key)
	}
	return result, nil
}

func putShop(b *batch, domain string, line []byte) error {
	var s source.Shop
	if err := source.Decode(line, &s); err != nil {
		return err
	}
	if s.Domain != domain {
		return fmt.Errorf("it is the shop %s, and the run is for %s", s.Domain, domain)
	}
	store := mapping.Store(&s)
	put1(b, false, &store)
	return b.err()
}

func putLocation(b *batch, domain string, line []byte) error {
	var s source.Location
	if err := source.Decode(line, &s); err != nil {
		return err
	}
	if s.ID == "" {
		return errors.New("the location has no id")
	}
	location := mapping.Location(domain, &s)
	put1(b, false, &location)
	return b.err()
}
