package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/internal/testenv"
)

// atLake is an operator at a lake of the test's own.
type atLake struct {
	t       testing.TB
	cfg     config.Operator
	streams *streams.Client
	heard   func(complaint string) // is called with what a command says while it is at work
}

// said is what a command printed, and how it ended.
type said struct {
	out, err string
	fault    error
}

func newAtLake(t testing.TB) *atLake {
	t.Helper()
	o := &atLake{t: t, cfg: config.Operator{Lake: testenv.Catalog(t), Objects: testenv.S3(t), Streams: testenv.NATS(t)}}
	var err error
	o.streams, err = streams.Connect(o.cfg.Streams, t.Name())
	require.NoError(t, err)
	t.Cleanup(o.streams.Close)
	o.must("provision", "--only", "streams,lake")
	return o
}

// try runs a command as main does.
func (o *atLake) try(args ...string) said {
	o.t.Helper()
	return o.tryWithin(o.t.Context(), args...)
}

func (o *atLake) tryWithin(ctx context.Context, args ...string) said {
	o.t.Helper()
	var command commands
	parser, err := kong.New(&command)
	require.NoError(o.t, err)
	chosen, err := parser.Parse(args)
	require.NoError(o.t, err)
	var out bytes.Buffer
	complaints := listener{heard: o.heard}
	cfg := o.cfg
	s := &session{json: command.JSON, out: &out, err: &complaints, settings: &cfg}
	defer s.close()
	chosen.BindTo(ctx, (*context.Context)(nil))
	err = chosen.Run(s)
	return said{out.String(), complaints.String(), err}
}

// listener keeps what is written, and passes it on.
type listener struct {
	bytes.Buffer
	heard func(string)
}

func (l *listener) Write(text []byte) (int, error) {
	if l.heard != nil {
		l.heard(string(text))
	}
	return l.Buffer.Write(text)
}

func (o *atLake) must(args ...string) string {
	o.t.Helper()
	answer := o.try(args...)
	require.NoError(o.t, answer.fault, "blunt %s", strings.Join(args, " "))
	return answer.out
}

// decode runs a command with --json, and reads its answer.
func decode[T any](o *atLake, args ...string) (value T) {
	o.t.Helper()
	require.NoError(o.t, json.Unmarshal([]byte(o.must(append(args, "--json")...)), &value))
	return value
}

// refused runs a command that has to fail so.
func (o *atLake) refused(code fault.Code, args ...string) string {
	o.t.Helper()
	answer := o.try(args...)
	require.Error(o.t, answer.fault)
	require.Equal(o.t, code, fault.Of(answer.fault).Code, "%v", answer.fault)
	require.Empty(o.t, answer.out)
	return answer.fault.Error()
}

// sell publishes order lines, one a day from a day on.
func (o *atLake) sell(from, to int) {
	o.t.Helper()
	var all []event.Commerce
	for i := from; i < to; i++ {
		quantity, price := int64(2), decimal.RequireFromString("2.50")
		gross, product := price.Mul(decimal.NewFromInt(quantity)), "prd_1"
		at := time.Date(2024, 3, 1+i, 12, 0, 0, 0, time.UTC)
		all = append(all, event.Commerce{
			EventID: fmt.Sprint("evt_", i), EventType: event.OrderCreated, EventTS: at, IngestTS: at, ShopDomain: "test.myshopify.com",
			OrderID: fmt.Sprint("ord_", i), OrderName: fmt.Sprint("#", i), LineItemID: &product, ProductID: &product, Quantity: &quantity,
			UnitPrice: &price, GrossAmount: &gross, CurrencyCode: "GBP", RunID: "run", SchemaVersion: event.SchemaVersion,
		})
	}
	m, err := streams.NewMessage(event.SubjectCommerce, "", all)
	require.NoError(o.t, err)
	_, err = o.streams.Publish(o.t.Context(), m)
	require.NoError(o.t, err)
}

func (o *atLake) publishRaw(text string) {
	o.t.Helper()
	_, err := o.streams.Publish(o.t.Context(), streams.Message{Subject: event.SubjectCommerce, ID: streams.Digest([]byte(text)), Payload: []byte(text), Events: 1})
	require.NoError(o.t, err)
}

// fields is a table's rows as words.
func fields(text string) (rows [][]string) {
	for line := range strings.Lines(text) {
		rows = append(rows, strings.Fields(line))
	}
	return rows
}

// line is the first row that begins with these words.
func line(t testing.TB, text string, words ...string) []string {
	t.Helper()
	for _, row := range fields(text) {
		if len(row) >= len(words) && strings.Join(row[:len(words)], " ") == strings.Join(words, " ") {
			return row
		}
	}
	require.Failf(t, "no such line", "%v in\n%s", words, text)
	return nil
}

func TestTheLakeIsShownAsTheRollHasLeftIt(t *testing.T) {
	o := newAtLake(t)
	const name = lakehouse.CommerceTelemetry
	require.Contains(t, o.must("lake", "snapshots", name), "has no snapshot yet")
	require.Equal(t, "[]\n", o.must("lake", "files", name, "--json"))

	o.sell(0, 3) // 1 to 3 March
	require.Equal(t, []string{event.StreamCommerce, "p0", "1", "1", "3", "0", "0"}, line(t, o.must("lake", "roll", strings.ToLower(event.StreamCommerce)), event.StreamCommerce)[:7])
	first := decode[[]lakehouse.SnapshotInfo](o, "lake", "snapshots", name)
	require.Len(t, first, 1)
	require.Eventually(t, func() bool { return time.Now().After(first[0].At.Add(2 * time.Second)) }, time.Minute, 50*time.Millisecond)
	asOf := first[0].At.Add(time.Second).Format(time.RFC3339)
	o.sell(2, 5) // one of them has landed
	landed := decode[[]landing](o, "lake", "roll")
	require.Len(t, landed, len(lakehouse.Sinks()))
	require.Equal(t, event.StreamCommerce, landed[0].Stream)
	require.EqualValues(t, 2, landed[0].Rows)
	require.EqualValues(t, 1, landed[0].Doubles)

	t.Run("tables", func(t *testing.T) {
		for _, text := range []string{o.must("lake"), o.must("lake", "tables")} {
			require.Equal(t, []string{name, "day(event_ts)", "5"}, line(t, text, name)[:3])
			require.Equal(t, "never", line(t, text, lakehouse.SyncTelemetry)[len(line(t, text, lakehouse.SyncTelemetry))-1])
		}
		for _, table := range decode[[]lakehouse.Overview](o, "lake") {
			if table.Table == name {
				require.EqualValues(t, 5, table.Rows)
				require.Equal(t, 2, table.Snapshots)
			}
		}
	})
	t.Run("snapshots", func(t *testing.T) {
		all := decode[[]lakehouse.SnapshotInfo](o, "lake", "snapshots", name)
		require.Len(t, all, 2)
		require.True(t, all[0].Current)
		require.Equal(t, first[0].ID, all[1].ID, "newest first")
		text := o.must("lake", "snapshots", name)
		require.Contains(t, strings.Join(line(t, text, fmt.Sprint(all[0].ID)), " "), "current")
		require.NotContains(t, strings.Join(line(t, text, fmt.Sprint(all[1].ID)), " "), "current")
	})
	t.Run("partitions", func(t *testing.T) {
		all := decode[[]lakehouse.PartitionInfo](o, "lake", "partitions", name)
		require.Len(t, all, 5)
		for i, p := range all {
			require.Equal(t, fmt.Sprintf("2024-03-%02d", i+1), p.Partition)
			require.EqualValues(t, 1, p.Rows)
			require.Positive(t, p.Bytes)
		}
		require.Equal(t, []string{"2024-03-04", "1", "1"}, line(t, o.must("lake", "partitions", name), "2024-03-04")[:3])
	})
	t.Run("files", func(t *testing.T) {
		require.Len(t, decode[[]lakehouse.FileInfo](o, "lake", "files", name), 5)
		require.Len(t, decode[[]lakehouse.FileInfo](o, "lake", "files", name, "--as-of", asOf), 3)
		one := decode[[]lakehouse.FileInfo](o, "lake", "files", name, "--partition", "2024-03-04")
		require.Len(t, one, 1)
		require.Contains(t, line(t, o.must("lake", "files", name, "--partition", "2024-03-04"), "2024-03-04"), one[0].Path)
		require.Equal(t, "no files\n", o.must("lake", "files", name, "--partition", "1999"))
		require.Contains(t, o.refused(fault.NotFound, "lake", "files", name, "--as-of", "2020-01-01T00:00:00Z"), "no snapshot is as old")
	})
	t.Run("query", func(t *testing.T) {
		const sums = "SELECT count(*) AS n, sum(gross_amount) AS gross FROM commerce.telemetry"
		require.Equal(t, [][]string{{"n", "gross"}, {"5", "25.0000"}}, fields(o.must("lake", "query", sums)))
		require.JSONEq(t, `[{"n": 5, "gross": "25.0000"}]`, o.must("lake", "query", sums, "--json"))
		require.JSONEq(t, `[{"n": 3, "gross": "15.0000"}]`, o.must("lake", "query", sums, "--json", "--as-of", asOf))
		require.JSONEq(t, `[{"n": 1, "n_1": 2, "n_2": 3}]`, o.must("lake", "query", "SELECT 1 AS n, 2 AS n, 3 AS n", "--json"))
		require.Equal(t, "[]\n", o.must("lake", "query", "SELECT 1 WHERE false", "--json"))
		rows, err := csv.NewReader(strings.NewReader(o.must("lake", "query", "--csv",
			"SELECT event_ts::DATE AS day, order_name, 'a,b' AS text FROM commerce.telemetry ORDER BY 1"))).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 6)
		require.Equal(t, []string{"day", "order_name", "text"}, rows[0])
		require.Equal(t, []string{"2024-03-05", "#4", "a,b"}, rows[5])
		o.refused(fault.InvalidInput, "lake", "query", "SELECT nothing FROM commerce.telemetry")
	})
	t.Run("progress of a query", func(t *testing.T) {
		cfg := o.cfg.Lake
		cfg.Dir = t.TempDir()
		lake := lakehouse.New(cfg, o.cfg.Objects)
		defer lake.Close()
		var told []string
		result, err := lake.QueryTelling(t.Context(), "FROM commerce.telemetry", time.Time{}, func(table string, files, of int) {
			told = append(told, fmt.Sprintf("%s %d of %d", table, files, of))
		})
		require.NoError(t, err)
		result.Close()
		require.Len(t, told, 5)
		require.Equal(t, name+" 5 of 5", told[4])
		require.Empty(t, o.try("lake", "query", "FROM commerce.telemetry").err, "it is no terminal")
	})
	t.Run("names that there are not", func(t *testing.T) {
		for _, command := range []string{"snapshots", "partitions", "files"} {
			require.Contains(t, o.refused(fault.NotFound, "lake", command, "commerce.sales"), "commerce.sales")
		}
		require.Contains(t, o.refused(fault.InvalidInput, "lake", "roll", "commerce"), event.StreamCommerce)
		o.refused(fault.NotFound, "lake", "maintain", "commerce.sales")
	})
}

func TestARollThatFailsShowsWhatHadLanded(t *testing.T) {
	o := newAtLake(t)
	o.sell(0, 3)
	o.deleteStream(event.StreamSync)
	answer := o.try("lake", "roll")
	require.ErrorContains(t, answer.fault, event.StreamSync)
	require.Equal(t, "3", line(t, answer.out, event.StreamCommerce)[4])
	require.NotContains(t, answer.out, event.StreamSync)
}

func TestLagIsShownByShard(t *testing.T) {
	o := newAtLake(t)
	o.cfg.Lake.PublicationShards = 2
	o.sell(0, 3)
	o.must("lake", "roll", event.StreamCommerce)
	o.sell(3, 5)
	text := o.must("lake", "lag")
	require.Equal(t, []string{event.StreamCommerce, "p0", lakehouse.CommerceTelemetry, "1", "2", "1"}, line(t, text, event.StreamCommerce)[:6])
	line(t, text, event.StreamPublication, "p0of2")
	line(t, text, event.StreamPublication, "p1of2")
	all := decode[[]lag](o, "lake", "lag")
	require.Len(t, all, len(lakehouse.Sinks())+1)
	for _, one := range all {
		require.GreaterOrEqual(t, float64(one.Age), 0.0)
		require.Equal(t, one.Stream == event.StreamCommerce, one.Full > 0, "%+v", one)
	}

	o.cfg.Lake.URI = "http://" + closed(t)
	require.Error(t, o.try("lake", "lag").fault, "neither the catalog nor the roll knows")
}

func TestAMessageOfTheFutureDoesNotLag(t *testing.T) {
	now := time.Now()
	require.Zero(t, waited(now.Add(time.Hour), now))
	require.Zero(t, waited(time.Time{}, now))
	require.EqualValues(t, 60, waited(now.Add(-time.Minute), now))
}

func TestColumnsOfOneNameAreTold(t *testing.T) {
	require.Equal(t, []string{"n", "m", "n_1", "n_2"}, distinct([]string{"n", "m", "n", "n"}))
	require.Equal(t, []string{"n", "n_2", "n_1"}, distinct([]string{"n", "n", "n_1"}), "a name that the query gave stays")
}

// closed is an address where nothing listens.
func closed(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}
