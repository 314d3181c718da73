package lakehouse

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"bluntcases.com/platform/internal/fault"
)

// maxLine bounds one event. What is larger is refused before DuckDB sees it. A dead letter holds an event, escaped.
const (
	maxLine       = 64 << 10
	maxDeadLetter = 8 * maxLine
)

// Reasons for which an event is refused before its transform. The transform's reasons are the names of fields.
const (
	ReasonMalformed   = "malformed"   // no JSON object
	ReasonTooLarge    = "too_large"   // more than 64 KiB
	ReasonUndecodable = "undecodable" // the message is not what its Content-Encoding says
)

// Batch gathers a run of messages on disk, as the NDJSON that a transform reads: each event gets its position in the
// batch as the member _p, so that one that is refused can be found again. Memory is flat in its size.
type Batch struct {
	dir, path string
	file      *os.File
	out       *bufio.Writer
	head      []byte // of the line that is being written
	bytes     int64
	events    int64 // also the position of the last
	origins   []origin
	limit     int // bytes of a line
	seed      maphash.Seed
	seen      map[uint64]struct{} // hashes of event ids
	doubtful  bool                // an event may be in the batch twice
	early     map[int64]string    // reasons of what was refused before its transform
}

// Origin says where an event comes from: its message, and its line there, from 1.
type Origin struct {
	Subject  string
	Sequence uint64
	Time     time.Time // when the message was stored
	Line     int
}

type origin struct {
	first int64 // position of the message's first event
	Origin
}

// Refusal is an event that cannot be taken.
type Refusal struct {
	Position int64
	Reason   string
}

// NewBatch makes an empty batch of the sink's events in a directory that is the batch's own.
func (s Sink) NewBatch(dir string) (*Batch, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make the batch's folder")
	}
	b := &Batch{dir: dir, path: filepath.Join(dir, "batch.ndjson"), limit: maxLine, early: map[int64]string{}, seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}}
	if s.Stream == DeadLetters {
		b.limit = maxDeadLetter
	}
	f, err := os.Create(b.path)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make the batch's file")
	}
	b.file, b.out = f, bufio.NewWriterSize(f, 1<<20)
	return b, nil
}

// Add appends a message's events.
func (b *Batch) Add(at Origin, ndjson []byte) error {
	b.begin(at)
	for len(ndjson) > 0 {
		line, rest, _ := bytes.Cut(ndjson, []byte{'\n'})
		ndjson = rest
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if err := b.line(line); err != nil {
			return fault.Wrap(fault.Internal, err, "write the batch")
		}
	}
	return nil
}

// Refuse counts a whole message as one event that cannot be taken.
func (b *Batch) Refuse(at Origin, reason string, payload []byte) error {
	b.begin(at)
	if err := b.refuse(reason, payload); err != nil {
		return fault.Wrap(fault.Internal, err, "write the batch")
	}
	return nil
}

func (b *Batch) begin(at Origin) {
	b.origins = append(b.origins, origin{first: b.events + 1, Origin: at})
}

func (b *Batch) line(line []byte) error {
	switch {
	case len(line) > b.limit:
		return b.refuse(ReasonTooLarge, line)
	case line[0] != '{':
		return b.refuse(ReasonMalformed, line)
	}
	b.events++
	b.note(line)
	body := line[1:]
	separator := ","
	if rest := bytes.TrimLeft(body, " \t"); len(rest) > 0 && rest[0] == '}' {
		separator = ""
	}
	return b.write(separator, body)
}

// eventIDMember is how the platform's own producers begin an event. Whatever names event_id again holds eventIDTail, which
// begins with a letter that is rare in events, and so is found at the speed of memory.
var (
	eventIDMember = []byte(`{"event_id":"`)
	eventIDTail   = []byte(`vent_id`)
)

// note looks whether the event may be in the batch already, so that a batch without doubles, which most are, need not be
// read back to find that out. It need not be right about a double, but never misses one: whatever is not written as our
// producers do is doubtful, and so are two ids with one hash.
func (b *Batch) note(line []byte) {
	if b.doubtful {
		return
	}
	rest, ok := bytes.CutPrefix(line, eventIDMember)
	id, rest, closed := bytes.Cut(rest, []byte{'"'})
	if !ok || !closed || bytes.IndexByte(id, '\\') >= 0 || bytes.Contains(rest, eventIDTail) || disguised(rest) {
		b.doubtful = true // a second event_id may be the one that counts
		return
	}
	before := len(b.seen)
	b.seen[maphash.Bytes(b.seed, id)] = struct{}{}
	b.doubtful = len(b.seen) == before
}

// disguised tells whether letters are written as escapes, by which a name could be event_id and not look like it. No
// encoder writes letters so; what encoders do escape lies outside of \u0050 to \u007f.
func disguised(text []byte) bool {
	for {
		i := bytes.Index(text, []byte(`\u00`))
		if i < 0 || i+4 >= len(text) {
			return false
		}
		if digit := text[i+4]; digit >= '5' && digit <= '7' {
			return true
		}
		text = text[i+4:]
	}
}

// refuse keeps the text as a member of an object without any other, which every transform refuses.
func (b *Batch) refuse(reason string, payload []byte) error {
	text, err := json.Marshal(string(payload[:min(len(payload), maxLine)]))
	if err != nil {
		return err
	}
	b.events++
	b.early[b.events] = reason
	return b.write(`,"_text":`, append(text, '}'))
}

func (b *Batch) write(separator string, body []byte) error {
	b.head = append(strconv.AppendInt(append(b.head[:0], positionMember...), b.events, 10), separator...)
	b.bytes += int64(len(b.head) + len(body) + 1)
	// A bufio.Writer keeps its first error; flush returns it as well.
	_, _ = b.out.Write(b.head)
	_, _ = b.out.Write(body)
	return b.out.WriteByte('\n')
}

const positionMember = `{"_p":`

// Bytes is the size of the NDJSON so far, Events the number of events, and Messages of messages.
func (b *Batch) Bytes() int64    { return b.bytes }
func (b *Batch) Events() int64   { return b.events }
func (b *Batch) Messages() int64 { return int64(len(b.origins)) }

// Last is the sequence of the last message, or 0.
func (b *Batch) Last() uint64 {
	if len(b.origins) == 0 {
		return 0
	}
	return b.origins[len(b.origins)-1].Sequence
}

// Times are when the first and the last message were stored.
func (b *Batch) Times() (first, last time.Time) {
	if len(b.origins) == 0 {
		return first, last
	}
	return b.origins[0].Time, b.origins[len(b.origins)-1].Time
}

// OriginOf finds where the event at a position comes from.
func (b *Batch) OriginOf(position int64) Origin {
	i := sort.Search(len(b.origins), func(i int) bool { return b.origins[i].first > position }) - 1
	at := b.origins[i].Origin
	at.Line = int(position-b.origins[i].first) + 1
	return at
}

// flush makes what was added readable.
func (b *Batch) flush() error {
	if err := b.out.Flush(); err != nil {
		return fault.Wrap(fault.Internal, err, "write the batch")
	}
	return nil
}

// Payloads visits the text of refused events, in order of position.
func (b *Batch) Payloads(refused []Refusal, visit func(Refusal, string) error) error {
	sorted := slices.SortedFunc(slices.Values(refused), func(x, y Refusal) int { return cmp.Compare(x.Position, y.Position) })
	return b.scan(func(position int64, line []byte) error {
		if len(sorted) == 0 {
			return io.EOF
		}
		if sorted[0].Position != position {
			return nil
		}
		r := sorted[0]
		sorted = sorted[1:]
		if _, early := b.early[position]; early {
			var kept struct {
				Text string `json:"_text"`
			}
			if err := json.Unmarshal(line, &kept); err != nil {
				return fault.Wrap(fault.Internal, err, "read the batch")
			}
			return visit(r, kept.Text)
		}
		return visit(r, strings.ToValidUTF8(string(line), "\uFFFD"))
	})
}

// scan reads the file's lines with their positions, the position taken off again. An io.EOF from visit ends it early.
func (b *Batch) scan(visit func(position int64, line []byte) error) error {
	f, err := os.Open(b.path)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "read the batch")
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 0, 64<<10), 2*maxDeadLetter) // a refused text may be escaped to six times its length
	for lines.Scan() {
		position, line := split(lines.Bytes())
		if err := visit(position, line); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fault.Wrap(fault.Internal, err, "read the batch")
	}
	return nil
}

// split undoes what write did.
func split(written []byte) (int64, []byte) {
	rest := written[len(positionMember):]
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	position, _ := strconv.ParseInt(string(rest[:end]), 10, 64)
	rest = bytes.TrimPrefix(rest[end:], []byte{','})
	return position, append([]byte{'{'}, rest...)
}

// Close removes the batch's folder.
func (b *Batch) Close() error {
	return errors.Join(b.file.Close(), os.RemoveAll(b.dir))
}
