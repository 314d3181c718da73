package lakehouse

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/google/uuid"

	"bluntcases.com/platform/internal/fault"
)

// Table properties of a sink. They move in the commit that adds the rows, so that rows and offset cannot disagree; a
// snapshot's summary could not hold them, because compaction's snapshots lack it and expiry drops it.
const (
	propertyOffset = "sink.offset." // + shard: last stream sequence that has landed
	propertyBorn   = "sink.stream." // + shard: when that stream was created; sequences of another one mean nothing
	propertyCommit = "sink.commit." // + shard: which roll moved the offset last
)

// Offset is how far a shard of a stream has landed in its table.
type Offset struct {
	Sequence uint64
	Born     time.Time // of the stream
	commit   string
}

// Offset reads the shard's offset. A shard without one (the number of shards was changed) begins where every event is known
// to have landed: at the lowest offset of a number of shards that all have one. Until there is such a number it begins at
// 0. Events that are read again for that are dropped as doubles.
func (t *Table) Offset(shard string) Offset {
	if o, ok := t.ownOffset(shard); ok {
		return o
	}
	lowest, known := map[int]Offset{}, map[int]int{} // by number of shards
	for key := range t.Properties() {
		name, ok := strings.CutPrefix(key, propertyOffset)
		if !ok {
			continue
		}
		o, ok := t.ownOffset(name)
		if !ok {
			continue
		}
		n := shardsOf(name)
		if one, some := lowest[n]; some && !one.Born.Equal(o.Born) {
			known[n] = -1 << 31 // of two streams: one was made anew while its shards rolled
		}
		if one, some := lowest[n]; !some || o.Sequence < one.Sequence {
			lowest[n] = Offset{Sequence: o.Sequence, Born: o.Born}
		}
		known[n]++
	}
	var begin Offset
	for n, o := range lowest {
		newer := o.Born.After(begin.Born) || o.Born.Equal(begin.Born) && o.Sequence > begin.Sequence
		if known[n] == n && newer {
			begin = o
		}
	}
	return begin
}

// ownOffset is the offset that the shard's last commit has set.
func (t *Table) ownOffset(shard string) (Offset, bool) {
	properties := t.Properties()
	n, err := strconv.ParseUint(properties[propertyOffset+shard], 10, 64)
	born, _ := time.Parse(time.RFC3339Nano, properties[propertyBorn+shard])
	return Offset{Sequence: n, Born: born, commit: properties[propertyCommit+shard]}, err == nil
}

// shardsOf is how many shards there were when the shard had its name: p0 is the only one, p2of4 one of four.
func shardsOf(shard string) int {
	_, of, divided := strings.Cut(shard, "of")
	if n, err := strconv.Atoi(of); divided && err == nil {
		return n
	}
	return 1
}

// After is the sequence after which a roll reads: 0 where the stream was made anew since.
func (o Offset) After(born time.Time) uint64 {
	if !o.Born.Equal(born) {
		return 0
	}
	return o.Sequence
}

// Move is the step of a shard's offset that a commit makes.
type Move struct {
	Shard    string
	From     Offset // as the roll found it
	To       uint64
	Born     time.Time
	Messages int64
}

// Landed is what a commit added.
type Landed struct {
	Table *Table
	Files int64
	Bytes int64
}

// ErrSuperseded is what Land returns where another roll of the shard was quicker. Nothing was added.
var ErrSuperseded = errors.New("another writer was quicker")

// errDoubled ends a commit whose rows another writer has added meanwhile.
var errDoubled = errors.New("the table holds events of the batch")

// Land uploads a staged batch and commits it together with the offset, in one snapshot. However often it is tried, and
// whoever else commits meanwhile, each event is in the table once: the fence makes what was compared hold until the
// commit. Seen is the table as the roll knows it: a roll that nobody disturbs loads the table once, when it begins. Phase
// is called before each step.
func (l *Lake) Land(ctx context.Context, s *Staged, seen *Table, m Move, phase func(string)) (Landed, error) {
	id := uuid.NewString()
	sent := map[string]iceberg.DataFile{}
	for {
		phase("upload")
		files, err := l.uploadOnce(ctx, s, sent)
		if err != nil {
			return Landed{}, err
		}
		phase("commit")
		t, err := l.Commit(ctx, s.table.Definition.Name, Commit{
			Add:        files,
			Properties: m.properties(id),
			Summary: iceberg.Properties{
				"blunt.roll": id, "blunt.shard": m.Shard, "blunt.to": strconv.FormatUint(m.To, 10),
				"blunt.messages": strconv.FormatInt(m.Messages, 10),
			},
			Seen:    seen,
			Prepare: func(ctx context.Context, _ *Commit, t *Table) (Verdict, error) { return l.check(ctx, s, m, id, t) },
		})
		if errors.Is(err, errDoubled) {
			seen = nil
			continue
		}
		if err != nil {
			return Landed{}, err
		}
		landed := Landed{Table: t, Files: int64(len(files))}
		for _, f := range files {
			landed.Bytes += f.FileSizeBytes()
		}
		return landed, nil
	}
}

func (m Move) properties(id string) iceberg.Properties {
	return iceberg.Properties{
		propertyOffset + m.Shard: strconv.FormatUint(m.To, 10),
		propertyBorn + m.Shard:   m.Born.UTC().Format(time.RFC3339Nano),
		propertyCommit + m.Shard: id,
	}
}

// check decides what a try does: adopt the commit of an earlier one, give way to another roll, or go ahead, once the
// files that others have added since are compared, too.
func (l *Lake) check(ctx context.Context, s *Staged, m Move, id string, t *Table) (Verdict, error) {
	at := t.Offset(m.Shard)
	if at.commit == id {
		return Done, nil
	}
	if at.Sequence != m.From.Sequence || !at.Born.Equal(m.From.Born) || at.commit != m.From.commit {
		return Proceed, ErrSuperseded
	}
	dropped, err := l.Compare(ctx, s, t)
	if err != nil {
		return Proceed, err
	}
	if dropped > 0 {
		return Proceed, errDoubled
	}
	return Proceed, nil
}

// uploadOnce sends the files that were not sent before. Of a batch that was written again, only what changed is sent.
func (l *Lake) uploadOnce(ctx context.Context, s *Staged, sent map[string]iceberg.DataFile) ([]iceberg.DataFile, error) {
	var missing []LocalFile
	for _, f := range s.Files {
		if sent[f.Path] == nil {
			missing = append(missing, f)
		}
	}
	uploaded, err := l.Upload(ctx, s.table, missing)
	if err != nil {
		return nil, fault.Wrap(fault.Of(err).Code, err, "upload the batch")
	}
	for i, f := range missing {
		sent[f.Path] = uploaded[i]
	}
	files := make([]iceberg.DataFile, 0, len(s.Files))
	for _, f := range s.Files {
		files = append(files, sent[f.Path])
	}
	return files, nil
}
