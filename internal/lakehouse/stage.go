package lakehouse

import (
	"context"
	"database/sql"
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

	db       *duck.DB // nil while nobody asks it
	batch    *Batch
	table    *Table
	dir      string
	rounds   int
	checked  map[string]bool // data files of the table whose events were compared
	compared int64           // the newest snapshot that was
}

// Stage runs the sink's transform over a batch and writes the rows as files, one or more a partition. Rows are written
// first and looked at afterwards, because reading one column of Parquet back costs far less than holding the batch's
// rows in memory. The caller closes what it returns.
func (l *Lake) Stage(ctx context.Context, sink Sink, t *Table, b *Batch) (_ *Staged, err error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	s := &Staged{batch: b, table: t, dir: filepath.Join(b.dir, "staged"), checked: map[string]bool{}}
	if b.bytes == 0 {
		return s, nil
	}
	db, err := l.stageDuck(ctx, b.dir)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	s.db = db
	defer func() {
		if closed := s.Close(); err == nil {
			err = closed
		}
	}()
	if err := sink.prepare(ctx, db, b); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "prepare the transform %s", sink.Transform)
	}
	query := "SELECT " + t.columns() + ", CASE WHEN _refused IS NULL THEN " + t.Definition.Partition.ordinal() +
		" ELSE -1 END AS " + PartitionColumn + " FROM transformed"
	files, err := export(ctx, db, t, query, filepath.Join(s.dir, "0"))
	if err != nil {
		return nil, err
	}
	refused := int64(0)
	for _, f := range files {
		if f.Ordinal == Refused {
			refused += f.Rows
			continue
		}
		s.Files = append(s.Files, f)
		s.Rows += f.Rows
	}
	if refused > 0 {
		if err := s.findRefused(ctx); err != nil {
			return nil, err
		}
	}
	if !b.doubtful {
		return s, nil
	}
	return s, s.dropDoubles(ctx, nil)
}

// What DuckDB may take leaves the process below one gigabyte: one batch is staged while another, which may have to be
// compared, lands. Go, and what DuckDB does not count, come on top.
const (
	stageMemory   = "512MB"
	compareMemory = "192MB"
)

// stageDuck opens the database of one roll. It has one connection, because a transform's variables belong to one.
//
// It takes half of the cores where nobody says otherwise: the other half reads the next batch and uploads the last, and a
// partitioned write buffers every partition once per thread, so that more threads cost more than they bring.
func (l *Lake) stageDuck(ctx context.Context, dir string) (*duck.DB, error) {
	threads := l.cfg.Threads
	if threads <= 0 {
		threads = max(1, runtime.NumCPU()/2)
	}
	db, err := duck.Open(ctx, duck.Options{Memory: stageMemory, Threads: threads, Dir: dir})
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// duck opens a database for a comparison, unless there is one.
func (s *Staged) duck(ctx context.Context) (_ *duck.DB, err error) {
	if s.db == nil {
		s.db, err = duck.Open(ctx, duck.Options{Memory: compareMemory, Threads: 1, Dir: s.batch.dir})
	}
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	return s.db, nil
}

// Close frees the database, if there is one. The files go with the batch.
func (s *Staged) Close() error {
	if s.db == nil {
		return nil
	}
	db := s.db
	s.db = nil
	return db.Close()
}

// findRefused asks the transform which events it refused and why. Those that it could not even place are the lines that
// it yields no position for.
func (s *Staged) findRefused(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT _p, _refused FROM transformed WHERE _refused IS NOT NULL")
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
	return s.findMalformed(ctx)
}

func (s *Staged) findMalformed(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT _p FROM transformed WHERE _p IS NOT NULL")
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
