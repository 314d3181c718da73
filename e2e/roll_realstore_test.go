package e2e_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/testenv"
)

// byType is what the table holds of one type of event.
type byType struct {
	Rows     int64
	Units    int64
	Gross    string
	Products int64
	Orders   int64
	Days     int64
}

// The shop's whole history arrives in commerce.telemetry: every row once, and the sums exactly.
//
//	./task test -- -run RealStore -v
func TestTheRealStoreLandsExactly(t *testing.T) {
	l := startLanding(t, "--store", testenv.RealOrders(t))
	l.run("sync,streams")
	began := time.Now()
	for _, job := range []contract.Job{
		{Type: contract.JobBulkSync, Input: contract.BulkSyncInput{}}, {Type: contract.JobBackfill, Input: contract.BackfillInput{}},
	} {
		last := l.end(l.dispatch(job.Type, job.Input), 10*time.Minute)
		require.Equal(t, "completed", last.Status, "%+v", last.Failure)
	}
	t.Logf("loaded and published after %s", time.Since(began).Round(time.Second))
	requireRealOrders(t, l)
	t.Logf("landed and read after %s", time.Since(began).Round(time.Second))
}

func requireRealOrders(t *testing.T, l *landing) {
	t.Helper()
	want := whatRealOrdersComeTo
	var all int64
	for _, n := range want.EventsByType {
		all += int64(n)
	}
	var rows, distinct int64
	l.eventually(5*time.Minute, "everything to land", func() bool {
		files, err := l.reader.Files(t.Context(), lakehouse.CommerceTelemetry)
		rows = 0
		for _, f := range files {
			rows += f.Rows
		}
		return err == nil && rows >= all
	})
	require.NoError(t, l.reader.Query(t.Context(), lakehouse.CommerceTelemetry, "SELECT count(*), count(DISTINCT event_id) FROM t", &rows, &distinct))
	require.EqualValues(t, all, rows)
	require.EqualValues(t, all, distinct)
	for kind, n := range want.EventsByType {
		var got byType
		require.NoError(t, l.reader.Query(t.Context(), lakehouse.CommerceTelemetry, `SELECT count(*), coalesce(sum(quantity), 0),
			coalesce(sum(gross_amount), 0)::VARCHAR, count(DISTINCT product_id), count(DISTINCT order_id),
			count(DISTINCT timezone('Europe/London', event_ts)::DATE) FROM t WHERE event_type = '`+kind+`'`,
			&got.Rows, &got.Units, &got.Gross, &got.Products, &got.Orders, &got.Days))
		t.Logf("%s: %+v", kind, got)
		require.EqualValues(t, n, got.Rows, kind)
		switch kind {
		case event.OrderCreated:
			require.Equal(t, byType{
				Rows: int64(want.LineItems), Units: int64(want.Units), Gross: want.Gross.StringFixed(4), Products: int64(want.Products),
				Orders: int64(want.Orders), Days: 305,
			}, got)
		case event.PaymentRefunded:
			require.EqualValues(t, want.RefundUnits, got.Units)
			require.Equal(t, want.Refunded.StringFixed(4), got.Gross)
		case event.FulfillmentShipped:
			require.EqualValues(t, want.Units, got.Units)
		}
	}
	var best, most string
	require.NoError(t, l.reader.Query(t.Context(), lakehouse.CommerceTelemetry, `SELECT
		(SELECT max(gross)::VARCHAR FROM (SELECT sum(gross_amount) AS gross FROM t WHERE event_type = 'order_created'
		 GROUP BY timezone('Europe/London', event_ts)::DATE)),
		(SELECT string_agg(sku || ' ' || units, ', ' ORDER BY units DESC) FROM (SELECT sku, sum(quantity) AS units FROM t
		 WHERE event_type = 'order_created' GROUP BY sku ORDER BY units DESC LIMIT 3))`, &best, &most))
	require.Equal(t, "200920.6000", best)
	require.Equal(t, "23843 80995, 23166 78033, 22197 56921", most)
}
