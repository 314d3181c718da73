package lakehouse

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// Staged is a batch as Parquet files on disk, ready to be uploaded.
type Staged struct {
	Files   []LocalFile
	Rows    int64
	Doubles int64 // rows that were dropped because the batch or the table held their event already
	Refused []Refusal

	batch    *Batch
	table    *Table
	dir      string
	rounds   int
	checked  map[string]bool // data files of the table whose events were compared
	compared int64           // the newest snapshot that was
}

// Stager turns batches into files, one batch at a time. Its database serves all of them: to open one anew costs as much
// as a tenth of a batch, most of it for memory that was just given back.
type Stager struct {
	sink    Sink
	table   *Table
	dir     string
	db      *duck.DB
	staging chan struct{} // the lake's
}

// Stager makes one for a sink and its table. The caller closes it.
func (l *Lake) Stager(ctx context.Context, sink Sink, t *Table) (*Stager, error) {
	dir, err := l.Scratch("stage")
	if err != nil {
		return nil, err
	}
	db, err := l.share(ctx, stageMemory, dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Stager{sink: sink, table: t, dir: dir, db: db, staging: l.staging}, nil
}

// Close frees the database.
func (s *Stager) Close() error { return errors.Join(s.db.Close(), os.RemoveAll(s.dir)) }

// Stage runs the sink's transform over a batch and writes the rows as files, one or more a partition. Rows are written
// first and looked at afterwards, because reading one column of Parquet back costs far less than holding the batch's
// rows in memory. The files go with the batch.
func (s *Stager) Stage(ctx context.Context, b *Batch) (*Staged, error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	staged := &Staged{batch: b, table: s.table, dir: filepath.Join(b.dir, "staged"), checked: map[string]bool{}}
	if b.bytes == 0 {
		return staged, nil
	}
	select {
	case s.staging <- struct{}{}:
		defer func() { <-s.staging }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Canceled, ctx.Err(), "wait to stage a batch")
	}
	if err := s.sink.prepare(ctx, s.db, b); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "prepare the transform %s", s.sink.Transform)
	}
	query := "SELECT " + s.table.columns() + ", CASE WHEN _refused IS NULL THEN " + s.table.Definition.Partition.ordinal() +
		" ELSE -1 END AS " + PartitionColumn + " FROM transformed"
	files, err := export(ctx, s.db, s.table, query, filepath.Join(staged.dir, "0"))
	if err != nil {
		return nil, err
	}
	refused := int64(0)
	for _, f := range files {
		if f.Ordinal == Refused {
			refused += f.Rows
			continue
		}
		staged.Files = append(staged.Files, f)
		staged.Rows += f.Rows
	}
	if refused > 0 {
		if err := staged.findRefused(ctx, s.db); err != nil {
			return nil, err
		}
	}
	if b.doubtful {
		err = staged.dropDoubles(ctx, s.db, nil)
	}
	return staged, err
}

// StagedAtOnce is how many batches are staged at once, each with its share of the cores: also where several streams have
// a backlog, as after an outage.
const StagedAtOnce = 2

// What DuckDB may take leaves the process below one gigabyte: some batches are staged while another, which may have to be
// compared, lands. Go, and what DuckDB does not count, come on top.
const (
	stageMemory   = "320MB"
	compareMemory = "192MB"
	compactMemory = "512MB"
)

// share opens a database for one of the steps that run side by side. It has one connection, because a transform's
// variables belong to one.
//
// Its share of the cores is what it takes where nobody says otherwise: a partitioned write buffers every partition once
// per thread, so that batches side by side cost less than threads side by side.
func (l *Lake) share(ctx context.Context, memory, dir string) (*duck.DB, error) {
	threads := l.cfg.Threads
	if threads <= 0 {
		threads = max(1, runtime.NumCPU()/StagedAtOnce)
	}
	db, err := duck.Open(ctx, duck.Options{Memory: memory, Threads: threads, Dir: dir})
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// findRefused asks the transform which events it refused and why. Those that it could not even place are the lines that
// it yields no position for.
func (s *Staged) findRefused(ctx context.Context, db *duck.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT _p, _refused FROM transformed WHERE _refused IS NOT NULL")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "list the refused events")
	}
	defer rows.Close()
	malformed := false
	for rows.Next() {
		var position sql.NullInt64
		var reason string
		if err := rows.Scan(&position, &reason); err != nil {
			return fault.Wrap(fault.Internal, err, "list the refused events")
		}
		if !position.Valid {
			malformed = true
			continue
		}
		if early, ok := s.batch.early[position.Int64]; ok {
			reason = early
		}
		s.Refused = append(s.Refused, Refusal{Position: position.Int64, Reason: reason})
	}
	if err := rows.Err(); err != nil {
		return fault.Wrap(fault.Internal, err, "list the refused events")
	}
	if err := rows.Close(); err != nil || !malformed {
		return err
	}
	return s.findMalformed(ctx, db)
}

func (s *Staged) findMalformed(ctx context.Context, db *duck.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT _p FROM transformed WHERE _p IS NOT NULL")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "list the readable events")
	}
	defer rows.Close()
	readable := make([]uint64, s.batch.events/64+1) // one bit per position
	for rows.Next() {
		var p int64
		if err := rows.Scan(&p); err != nil {
			return fault.Wrap(fault.Internal, err, "list the readable events")
		}
		if p > 0 && p <= s.batch.events {
			readable[p/64] |= 1 << (p % 64)
		}
	}
	if err := rows.Err(); err != nil {
		return fault.Wrap(fault.Internal, err, "list the readable events")
	}
	return s.batch.scan(func(position int64, _ []byte) error {
		if position <= s.batch.events && readable[position/64]&(1<<(position%64)) == 0 {
			s.Refused = append(s.Refused, Refusal{Position: position, Reason: ReasonMalformed})
		}
		return nil
	})
}
