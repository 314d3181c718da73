package shopify

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/shopify"
)

const (
	detailRequests = 4    // in flight at once; the shop's budget holds them back where it is small
	segmentNodes   = 1000 // nodes whose answers are held in memory at once
)

// The names in a details object's metadata, beside those of contract.Archive.
const (
	metaSource  = "source-etag" // the version of the archive that the details belong to
	metaMissing = "missing"     // nodes that Shopify no longer knew
)

// detailCursor is where fetching stands: everything before Offset of the archive has been asked for, and its answers lie
// in the first Parts scratch objects.
type detailCursor struct {
	Source  string `json:"source"` // the archive's version
	Offset  int64  `json:"offset"`
	Line    int64  `json:"line"`
	Parts   int    `json:"parts"`
	Lines   int64  `json:"lines"`
	Nodes   int64  `json:"nodes"`
	Missing int64  `json:"missing"`
}

// FetchDetails reads an archive of orders and asks Shopify for what its bulk operation could not give: the lines of
// refunds and of fulfilments, and the agreements of edited orders. The answers are archived as one JSON object a line,
// each with its id and __typename. Memory does not grow with the archive; a retry continues where the last heartbeat
// stood. An archive of anything but orders has no details, and makes an empty object.
func (a *Activities) FetchDetails(ctx context.Context, in contract.FetchDetailsInput) (contract.Archive, error) {
	source, err := a.bucket.Head(ctx, in.Archive.ObjectKey)
	if err != nil {
		return contract.Archive{}, fmt.Errorf("find the archive: %w", err)
	}
	if done, found, err := a.detailed(ctx, in, source); err != nil || found {
		return done, err
	}
	f := &detailFetch{Activities: a, in: in, cursor: detailCursor{Source: source.ETag}}
	if cursor, ok := resume[detailCursor](ctx); ok && cursor.Source == source.ETag {
		f.cursor = cursor
	}
	f.out = &scratch{bucket: a.bucket, prefix: "scratch/" + in.ObjectKey + ".", parts: f.cursor.Parts}
	f.mark()
	stop := heartbeat(ctx, func() contract.Heartbeat[detailCursor] {
		return contract.Heartbeat[detailCursor]{Done: f.read.Load(), Total: source.Size, Unit: "bytes", Cursor: *f.marked.Load()}
	})
	defer stop()
	if in.Archive.Entity == contract.Orders {
		if err := f.run(ctx); err != nil {
			return contract.Archive{}, fmt.Errorf("fetch the details of %s: %w", in.Archive.ObjectKey, err)
		}
	}
	return f.finish(ctx)
}

// detailed finds the object of an earlier attempt whose answer was lost.
func (a *Activities) detailed(ctx context.Context, in contract.FetchDetailsInput, source objects.Info) (contract.Archive, bool, error) {
	info, err := a.bucket.Head(ctx, in.ObjectKey)
	if fault.Is(err, fault.NotFound) || err == nil && info.Metadata[metaSource] != plain(source.ETag) {
		return contract.Archive{}, false, nil
	}
	if err != nil {
		return contract.Archive{}, false, fmt.Errorf("look for the details: %w", err)
	}
	archive, err := contract.ReadArchive(in.ObjectKey, info.Size, info.Metadata)
	return archive, err == nil, err
}

// plain is an ETag without its quotes: metadata travels in headers.
func plain(etag string) string {
	if bare, err := strconv.Unquote(etag); err == nil {
		return bare
	}
	return etag
}

// detailFetch is one run of FetchDetails.
type detailFetch struct {
	*Activities
	in     contract.FetchDetailsInput
	cursor detailCursor
	marked atomic.Pointer[detailCursor] // as of the last scratch object: what a retry resumes from
	read   atomic.Int64                 // bytes of the archive
	out    *scratch
}

func (f *detailFetch) mark() {
	f.cursor.Parts = f.out.parts
	marked := f.cursor
	f.marked.Store(&marked)
	f.read.Store(marked.Offset)
}

// run goes through the archive in segments of so many nodes. The nodes of a segment are asked for side by side; their
// answers are written in the order of the archive.
func (f *detailFetch) run(ctx context.Context) error {
	body, _, err := f.bucket.GetRange(ctx, f.in.Archive.ObjectKey, f.cursor.Offset, -1)
	if err != nil {
		return err
	}
	defer body.Close()
	lines := newOrderReader(body, f.in.Archive.ObjectKey, f.cursor.Offset, f.cursor.Line)
	for more := true; more; {
		var wanted segment
		for wanted.nodes() < segmentNodes && more {
			order, err := lines.next()
			if err != nil {
				return err
			}
			if more = order != nil; more {
				wanted.add(order)
			}
			f.read.Store(lines.offset)
		}
		if err := f.fetch(ctx, wanted); err != nil {
			return err
		}
		f.cursor.Offset, f.cursor.Line = lines.offset, lines.line
		flushed, err := f.out.flush(ctx, f.options.DetailPart)
		if err != nil {
			return err
		}
		if flushed {
			f.mark()
		}
	}
	return nil
}

// fetch asks for a segment's nodes, several requests at once, and appends the answers to the output in the order of the
// ids.
func (f *detailFetch) fetch(ctx context.Context, wanted segment) error {
	queue := &batches{wanted: wanted, size: f.shop.DetailBatch}
	group, groupCtx := errgroup.WithContext(ctx)
	for range detailRequests {
		group.Go(func() error {
			for b := queue.next(); b != nil && groupCtx.Err() == nil; b = queue.next() {
				missing, err := f.shop.Details(groupCtx, b.detail, b.ids, func(node jsontext.Value) error {
					b.answers = append(b.answers, node)
					return nil
				})
				if err != nil {
					return err
				}
				b.missing = missing
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, b := range queue.taken {
		for _, answer := range b.answers {
			f.out.line(answer)
		}
		f.cursor.Lines += int64(len(b.answers))
		f.cursor.Nodes += int64(len(b.ids) - b.missing)
		f.cursor.Missing += int64(b.missing)
	}
	return ctx.Err()
}

// batch is one request's ids and what came of them.
type batch struct {
	detail  shopify.Detail
	ids     []string
	answers []jsontext.Value
	missing int
}

// batches cuts a segment up as it is asked for: how many ids one request takes is learnt from the answers.
type batches struct {
	size   func(shopify.Detail) int
	mu     sync.Mutex
	wanted segment
	taken  []*batch
}

func (q *batches) next() *batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, detail := range shopify.Details {
		if ids := q.wanted[detail]; len(ids) > 0 {
			count := min(q.size(detail), len(ids))
			b := &batch{detail: detail, ids: ids[:count]}
			q.wanted[detail], q.taken = ids[count:], append(q.taken, b)
			return b
		}
	}
	return nil
}

// finish makes one object of the scratch objects and what is still in memory.
func (f *detailFetch) finish(ctx context.Context) (contract.Archive, error) {
	archive := contract.Archive{
		ObjectKey: f.in.ObjectKey, Entity: f.in.Archive.Entity,
		Lines: f.cursor.Lines, Objects: f.cursor.Lines, RootObjects: f.cursor.Nodes,
	}
	metadata := archive.Metadata()
	metadata[metaSource] = plain(f.cursor.Source)
	metadata[metaMissing] = strconv.FormatInt(f.cursor.Missing, 10)
	size, err := f.out.join(ctx, f.in.ObjectKey, objects.PutOptions{ContentType: jsonLines, Metadata: metadata})
	if err != nil {
		return contract.Archive{}, fmt.Errorf("archive the details: %w", err)
	}
	archive.Bytes = size
	return archive, nil
}

// segment holds the ids to be asked for, by query.
type segment map[shopify.Detail][]string

func (s segment) nodes() int {
	n := 0
	for _, ids := range s {
		n += len(ids)
	}
	return n
}

func (s *segment) add(order *orderLine) {
	if *s == nil {
		*s = segment{}
	}
	for _, refund := range order.Refunds {
		(*s)[shopify.RefundDetails] = append((*s)[shopify.RefundDetails], refund.ID)
	}
	for _, fulfillment := range order.Fulfillments {
		(*s)[shopify.FulfillmentDetails] = append((*s)[shopify.FulfillmentDetails], fulfillment.ID)
	}
	if order.Edited {
		(*s)[shopify.AgreementDetails] = append((*s)[shopify.AgreementDetails], order.ID)
	}
}
