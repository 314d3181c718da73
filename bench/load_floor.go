package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// floorTables are what a load of orders writes.
var floorTables = []string{
	"order_header", "order_address", "order_summary", "order_line_item", "order_line_item_tax_line",
	"order_line_item_adjustment", "order_shipping_method", "order_shipping_method_tax_line",
	"order_shipping_method_adjustment", "order_transaction", "payment_collection",
	"link_order_header_payment_collection", "payment", "payment_capture", "payment_refund", "payment_refund_item",
	"fulfillment", "fulfillment_item", "fulfillment_label", "link_order_header_fulfillment", "return_header",
	"return_item", "order_change", "order_change_action", "runtime.telemetry_outbox",
}

const floorRows = 10_000 // of a chunk, about what ours writes of a table in one transaction

// chunk is prepared rows of one table, in COPY's binary format.
type chunk struct{ table, columns, path string }

// floor writes the rows that our load made, already prepared, into empty tables: by COPY into a temporary table and
// INSERT … ON CONFLICT, and by plain COPY.
func (l *loadBench) floor(ctx context.Context, ours *benchDatabase, first time.Duration) error {
	var chunks []chunk
	for _, table := range floorTables {
		some, err := l.prepare(ctx, ours, table)
		if err != nil {
			return fmt.Errorf("prepare %s: %w", table, err)
		}
		chunks = append(chunks, some...)
	}
	for _, one := range []struct {
		what, bound string
		write       func(context.Context, pgx.Tx, chunk) error
	}{
		{"load into empty tables, against prepared rows upserted", "1.3", upsert},
		{"load into empty tables, against prepared rows by plain COPY", "", plainCopy},
	} {
		db, err := l.database(ctx, "floor")
		if err != nil {
			return err
		}
		took, err := together(ctx, db, chunks, one.write)
		db.drop()
		if err != nil {
			return err
		}
		l.b.Pair(one.what, first.Seconds(), took.Seconds(), "s", one.bound)
	}
	return nil
}

func together(ctx context.Context, db *benchDatabase, chunks []chunk, write func(context.Context, pgx.Tx, chunk) error) (time.Duration, error) {
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(loadWorkers)
	for _, one := range chunks {
		group.Go(func() error {
			err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error { return write(ctx, tx, one) })
			if err != nil {
				return fmt.Errorf("%s: %w", one.table, err)
			}
			return nil
		})
	}
	err := group.Wait()
	return time.Since(began), err
}

func plainCopy(ctx context.Context, tx pgx.Tx, c chunk) error { return copyIn(ctx, tx, c, c.table) }

func upsert(ctx context.Context, tx pgx.Tx, c chunk) error {
	if _, err := tx.Exec(ctx, "CREATE TEMP TABLE stage ON COMMIT DROP AS SELECT * FROM "+c.table+" WITH NO DATA"); err != nil {
		return err
	}
	if err := copyIn(ctx, tx, c, "stage"); err != nil {
		return err
	}
	var sets []string
	for _, column := range strings.Split(c.columns, ", ") {
		if column != "id" {
			sets = append(sets, column+" = excluded."+column)
		}
	}
	_, err := tx.Exec(ctx, "INSERT INTO "+c.table+" ("+c.columns+") SELECT "+c.columns+" FROM stage ON CONFLICT (id) DO UPDATE SET "+strings.Join(sets, ", "))
	return err
}

func copyIn(ctx context.Context, tx pgx.Tx, c chunk, table string) error {
	file, err := os.Open(c.path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = tx.Conn().PgConn().CopyFrom(ctx, file, "COPY "+table+" ("+c.columns+") FROM STDIN (FORMAT binary)")
	return err
}

// prepare writes a table's rows to files of so many rows.
func (l *loadBench) prepare(ctx context.Context, db *benchDatabase, table string) ([]chunk, error) {
	var columns string
	err := db.pool.QueryRow(ctx, `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`, table).Scan(&columns)
	if err != nil {
		return nil, err
	}
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	reader, writer := io.Pipe()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		_, err := conn.Conn().PgConn().CopyTo(ctx, writer, "COPY (SELECT "+columns+" FROM "+table+") TO STDOUT (FORMAT binary)")
		return errors.Join(err, writer.CloseWithError(err))
	})
	var chunks []chunk
	group.Go(func() error {
		var err error
		chunks, err = l.split(bufio.NewReaderSize(reader, 1<<20), table, columns)
		return errors.Join(err, reader.CloseWithError(err))
	})
	return chunks, group.Wait()
}

const copyHeader = 19 // bytes, without an extension

// split cuts a binary COPY stream between rows.
func (l *loadBench) split(in *bufio.Reader, table, columns string) ([]chunk, error) {
	header := make([]byte, copyHeader)
	if _, err := io.ReadFull(in, header); err != nil {
		return nil, err
	}
	var chunks []chunk
	for {
		count, err := in.Peek(2)
		if err != nil {
			return nil, err
		}
		if binary.BigEndian.Uint16(count) == 0xffff {
			_, err := io.Copy(io.Discard, in)
			return chunks, err
		}
		one := chunk{table, columns, filepath.Join(l.b.Dir, fmt.Sprintf("%s.%04d.copy", table, len(chunks)))}
		if err := writeRows(in, header, one.path); err != nil {
			return nil, err
		}
		chunks = append(chunks, one)
	}
}

func writeRows(in *bufio.Reader, header []byte, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	_, err = out.Write(header)
	for range floorRows {
		count, peekErr := in.Peek(2)
		if err = errors.Join(err, peekErr); err != nil {
			return err
		}
		fields := binary.BigEndian.Uint16(count)
		if fields == 0xffff {
			break
		}
		_, err = io.CopyN(out, in, 2)
		for range fields {
			size, peekErr := in.Peek(4)
			if err = errors.Join(err, peekErr); err != nil {
				return err
			}
			_, err = io.CopyN(out, in, 4+int64(max(int32(binary.BigEndian.Uint32(size)), 0)))
		}
	}
	if err == nil {
		_, err = out.Write([]byte{0xff, 0xff})
	}
	return errors.Join(err, out.Flush())
}
