package lakehouse

import (
	"context"
	"database/sql"
	"path/filepath"

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

// Stage runs the sink's transform over a batch and writes the rows as files, one or more a partition. Rows are written
// first and looked at afterwards, because reading one column of Parquet back costs far less than holding the batch's
// rows in memory. The files go with the batch.
func (l *Lake) Stage(ctx context.Context, sink Sink, t *Table, b *Batch) (*Staged, error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	staged := &Staged{batch: b, table: t, dir: filepath.Join(b.dir, "staged"), checked: map[string]bool{}}
	if b.bytes == 0 {
		return staged, nil
	}
	return staged, l.staging.with(ctx, func(db *duck.DB) error { return staged.stage(ctx, db, sink) })
}

func (s *Staged) stage(ctx context.Context, db *duck.DB, sink Sink) error {
	if err := sink.prepare(ctx, db, s.batch); err != nil {
		return fault.Wrap(fault.Internal, err, "prepare the transform %s", sink.Transform)
	}
	query := "SELECT " + s.table.columns() + ", CASE WHEN _refused IS NULL THEN " + s.table.Definition.Partition.ordinal() +
		" ELSE -1 END AS " + PartitionColumn + " FROM transformed"
	files, err := export(ctx, db, s.table, query, filepath.Join(s.dir, "0"))
	if err != nil {
		return err
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
		if err := s.findRefused(ctx, db); err != nil {
			return err
		}
	}
	if s.batch.doubtful {
		return s.dropDoubles(ctx, db, nil)
	}
	return nil
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
