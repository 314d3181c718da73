package archive_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror/archive"
)

func TestScanFindsTheOwnerWhereverItStands(t *testing.T) {
	for _, tc := range []struct{ line, id, parent, order string }{
		{`{"id":"gid://shopify/Order/1"}`, "gid://shopify/Order/1", "", ""},
		{`{ "title" : "a \"__parentId\":\"x\" \\" , "id" : null , "__parentId" : "p" }`, "", "p", ""},
		{`{"order":{"name":"#1","id":"o"},"id":"r","list":[{"id":"no"},[1,{}]]}`, "r", "", "o"},
		{`{}`, "", "", ""},
		{`{"n":1.5e3,"t":true,"id":"x"}`, "x", "", ""},
	} {
		head, err := archive.Scan([]byte(tc.line))
		require.NoError(t, err, tc.line)
		require.Equal(t, []string{tc.id, tc.parent, tc.order}, []string{string(head.ID), string(head.Parent), string(head.Order)}, tc.line)
	}
}

func TestScanRefusesTornLines(t *testing.T) {
	whole := `{"id":"gid://shopify/Order/1","tags":["a","b"],"money":{"amount":"1.0"},"note":"x\"y"}`
	for n := range len(whole) {
		_, err := archive.Scan([]byte(whole[:n]))
		require.Error(t, err, whole[:n])
	}
	for _, line := range []string{`[1]`, `"x"`, `{"a":1}{`, `{"a":1} x`, `{"a" 1}`, `{a:1}`} {
		_, err := archive.Scan([]byte(line))
		require.Error(t, err, line)
	}
}

func FuzzScanAgreesWithJSON(f *testing.F) {
	f.Add(`{"id":"a","__parentId":"b"}`)
	f.Add(`{"id":"a","x":{"id":"c","y":["\\\"",{}]}}`)
	f.Fuzz(func(t *testing.T, line string) {
		var want struct {
			ID     *string `json:"id"`
			Parent *string `json:"__parentId"`
		}
		if !json.Valid([]byte(line)) || json.Unmarshal([]byte(line), &want) != nil || !strings.HasPrefix(strings.TrimSpace(line), "{") {
			return
		}
		_, err := archive.Scan([]byte(line))
		require.NoError(t, err, "valid JSON is never refused")
	})
}

const orders = 300

// lines are orders with lines and returns, the children anywhere after their parents.
func lines(r *rand.Rand) []string {
	var out, later []string
	for i := range orders {
		out = append(out, fmt.Sprintf(`{"id":"gid://shopify/Order/%d"}`, i))
		for j := range r.IntN(4) {
			later = append(later, fmt.Sprintf(`{"id":"gid://shopify/LineItem/%d","__parentId":"gid://shopify/Order/%d"}`, i*10+j, i))
		}
	}
	r.Shuffle(len(later), func(a, b int) { later[a], later[b] = later[b], later[a] })
	for i := range orders {
		later = append(later, fmt.Sprintf(`{"id":"gid://shopify/Return/%d","__parentId":"gid://shopify/Order/%d"}`, i, i))
	}
	for i := range orders {
		later = append(later, fmt.Sprintf(`{"id":"gid://shopify/ReturnLineItem/%d","__parentId":"gid://shopify/Return/%d"}`, i, i))
	}
	return append(out, later...)
}

func read(t *testing.T, text, details string, partitions int) (map[string]archive.Aggregate, archive.Contents) {
	t.Helper()
	layout := archive.Layout{Nested: []string{"Return"}}
	dir := t.TempDir()
	spill, err := archive.NewSpill(dir, partitions, layout)
	require.NoError(t, err)
	require.NoError(t, spill.Operation(t.Context(), "o", strings.NewReader(text)))
	require.NoError(t, spill.Details(t.Context(), "d", strings.NewReader(details)))
	require.NoError(t, spill.Close())
	found := map[string]archive.Aggregate{}
	var total archive.Contents
	for i := range partitions {
		c, err := archive.Partition{Dir: dir, Index: i, Object: "o", DetailsObject: "d", Layout: layout, Version: "1"}.Read()
		require.NoError(t, err)
		total.Lines, total.Roots = total.Lines+c.Lines, total.Roots+c.Roots
		for _, a := range c.Aggregates {
			require.NotContains(t, found, a.Root.ID)
			found[a.Root.ID] = a
		}
	}
	return found, total
}

func TestAggregatesAreWholeHoweverTheirLinesLie(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := lines(r)
	detail := `{"id":"gid://shopify/Refund/1","order":{"id":"gid://shopify/Order/7"}}` + "\n" + `{"__typename":"Order","id":"gid://shopify/Order/7","agreements":{}}`
	found, total := read(t, strings.Join(text, "\n"), detail, 7)
	require.Len(t, found, orders)
	require.EqualValues(t, len(text), total.Lines)
	require.EqualValues(t, orders, total.Roots)
	require.Len(t, found["gid://shopify/Order/7"].Details, 2)
	sum := 0
	for id, a := range found {
		sum += 1 + len(a.Children)
		last := a.Children[len(a.Children)-1]
		require.Equal(t, strings.Replace(id, "Order", "ReturnLineItem", 1), last.ID, "a grandchild is with its root")
	}
	require.Equal(t, len(text), sum)
}

func TestDuplicatesAreDroppedAndDigestsIgnoreTheOrder(t *testing.T) {
	text := lines(rand.New(rand.NewPCG(1, 2)))
	one, total := read(t, strings.Join(text, "\n"), "", 3)
	shuffled := append([]string(nil), text[orders:]...)
	rand.New(rand.NewPCG(9, 9)).Shuffle(len(shuffled)-2*orders, func(a, b int) { shuffled[a], shuffled[b] = shuffled[b], shuffled[a] })
	twice := append(append(append([]string(nil), text[:orders]...), shuffled...), text...)
	other, again := read(t, strings.Join(twice, "\n"), "", 3)
	require.Equal(t, total.Lines, again.Lines)
	require.Equal(t, total.Roots, again.Roots)
	for id := range one {
		require.Equal(t, one[id].Digest, other[id].Digest)
	}
	changed, _ := read(t, strings.Join(text, "\n"), `{"id":"gid://shopify/Refund/1","order":{"id":"gid://shopify/Order/7"}}`, 3)
	for id := range one {
		require.Equal(t, id != "gid://shopify/Order/7", one[id].Digest == changed[id].Digest)
	}
}

func TestALineLongerThanTheBufferIsRead(t *testing.T) {
	long := `{"id":"gid://shopify/Order/1","note":"` + strings.Repeat("x", 1<<20) + `"}`
	found, _ := read(t, long+"\n"+`{"id":"gid://shopify/Order/2"}`, "", 1)
	require.Len(t, found, 2)
	require.Len(t, found["gid://shopify/Order/1"].Root.Data, len(long))
}

func TestAChildWithoutItsRootIsNamed(t *testing.T) {
	dir := t.TempDir()
	spill, err := archive.NewSpill(dir, 1, archive.Layout{})
	require.NoError(t, err)
	require.NoError(t, spill.Operation(t.Context(), "o", strings.NewReader(`{"id":"gid://shopify/LineItem/1","__parentId":"gid://shopify/Order/1"}`)))
	require.NoError(t, spill.Close())
	_, err = archive.Partition{Dir: dir, Object: "o"}.Read()
	require.True(t, fault.Is(err, fault.MalformedArchive))
	require.ErrorContains(t, err, "line 1")
}
