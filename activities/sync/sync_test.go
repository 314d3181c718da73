package sync_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/activities/sync"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
)

var now = time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC)

const (
	overlap = 10 * time.Minute
	lag     = 30 * time.Second
)

type marks map[string]time.Time

func (m marks) Get(_ context.Context, key string) (contract.WatermarkState, error) {
	if ts, ok := m[key]; ok {
		return contract.WatermarkState{Key: key, TS: &ts}, nil
	}
	return contract.WatermarkState{Key: key}, nil
}

func (m marks) Advance(_ context.Context, key string, in contract.AdvanceInput) (contract.WatermarkMove, error) {
	m[key] = in.To
	return contract.WatermarkMove{After: &in.To}, nil
}

func TestOpenWindow(t *testing.T) {
	end := now.Add(-lag)
	floor := end.Add(-contract.WatermarkFloor)
	yesterday := now.Add(-24 * time.Hour)
	for name, c := range map[string]struct {
		entity  contract.Entity
		mark    time.Time // zero: never advanced
		ours    time.Time // this process's clock; zero: now
		want    contract.Window
		first   bool
		floored bool
		refused bool
	}{
		"orders for the first time reach to the floor":    {entity: contract.Orders, want: contract.Window{From: floor, To: end}, first: true},
		"products for the first time are whole":           {entity: contract.Products, want: contract.Window{To: end}, first: true},
		"from the watermark less the overlap":             {entity: contract.Orders, mark: yesterday, want: contract.Window{From: yesterday.Add(-overlap), To: end}},
		"an old watermark of orders is read as the floor": {entity: contract.Orders, mark: now.Add(-400 * 24 * time.Hour), want: contract.Window{From: floor, To: end}, floored: true},
		"an old one of products is not":                   {entity: contract.Products, mark: now.Add(-400 * 24 * time.Hour), want: contract.Window{From: now.Add(-400*24*time.Hour - overlap), To: end}},
		"the overlap does not reach below the floor":      {entity: contract.Orders, mark: floor.Add(time.Minute), want: contract.Window{From: floor, To: end}},
		"the earlier of two clocks is believed":           {entity: contract.Orders, mark: yesterday, ours: now.Add(-time.Hour), want: contract.Window{From: yesterday.Add(-overlap), To: now.Add(-time.Hour - lag)}},
		"a clock that is ahead is not":                    {entity: contract.Orders, mark: yesterday, ours: now.Add(time.Hour), want: contract.Window{From: yesterday.Add(-overlap), To: end}},
		"a clock before the watermark is refused":         {entity: contract.Orders, mark: yesterday, ours: now.Add(-48 * time.Hour), refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			m, ours := marks{}, c.ours
			if !c.mark.IsZero() {
				m[c.entity.Watermark()] = c.mark
			}
			if ours.IsZero() {
				ours = now
			}
			a := sync.New(m, nil, sync.Options{Overlap: overlap, SearchLag: lag}, func() time.Time { return ours })
			opened, err := a.OpenWindow(context.Background(), contract.OpenWindowInput{Entity: c.entity, Now: now})
			if c.refused {
				require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, opened.Window)
			require.Equal(t, c.first, opened.First)
			require.Equal(t, c.floored, opened.Floored)
		})
	}
}

type bucket map[string]map[string]string

func (b bucket) List(_ context.Context, prefix string) iter.Seq2[objects.Info, error] {
	return func(yield func(objects.Info, error) bool) {
		var keys []string
		for key := range b {
			if strings.HasPrefix(key, prefix) {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		for _, key := range keys {
			if !yield(objects.Info{Key: key}, nil) {
				return
			}
		}
	}
}

func (b bucket) Head(_ context.Context, key string) (objects.Info, error) {
	return objects.Info{Key: key, Size: 9, Metadata: b[key]}, nil
}

func TestListArchiveFindsWhatAReplayLoads(t *testing.T) {
	b := bucket{}
	put := func(entity contract.Entity, part string) {
		a := contract.Archive{Entity: entity, Objects: 3, RootObjects: 1}
		b[contract.ArchiveKey("run", part)] = a.Metadata()
	}
	put(contract.Orders, "orders.0002")
	put(contract.Orders, "orders.0002.details")
	put(contract.Orders, "orders.0001")
	put(contract.Orders, "orders.0001.details")
	put(contract.Orders, "orders.0001.partial.1")
	put(contract.Orders, "orders.ids.0001")
	put(contract.Products, "products.0001")
	put(contract.Shop, "shop")
	put(contract.Orders, "orders.10000")
	b[contract.ArchiveKey("another", "orders.0001")] = contract.Archive{Entity: contract.Orders}.Metadata()
	a := sync.New(nil, b, sync.Options{Shop: "sample.myshopify.com"}, nil)

	run, err := a.ListArchive(context.Background(), contract.ListArchiveInput{RunID: "run"})
	require.NoError(t, err)
	require.Equal(t, contract.ArchiveKey("run", "shop"), run.Shop.ObjectKey)
	require.Equal(t, "sample.myshopify.com", run.ShopName)
	var loaded []string
	for _, slice := range run.Slices {
		loaded = append(loaded, slice.Archive.ObjectKey)
	}
	require.Equal(t, []string{
		contract.ArchiveKey("run", "products.0001"),
		contract.ArchiveKey("run", "orders.0001"), contract.ArchiveKey("run", "orders.0002"), contract.ArchiveKey("run", "orders.10000"),
	}, loaded)
	require.Equal(t, contract.ArchiveKey("run", "orders.0001.details"), run.Slices[1].Details.ObjectKey)
	require.Nil(t, run.Slices[0].Details)

	_, err = a.ListArchive(context.Background(), contract.ListArchiveInput{RunID: "none"})
	require.True(t, fault.Is(err, fault.NotFound))
}
