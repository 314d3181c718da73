package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/internal/uid"
)

// modes are the two ways of reaching a database; every query has to work in both.
var modes = map[string]store.Options{
	"direct":                     {Name: "test", MaxConns: 4},
	"through a transaction pool": {Name: "test", MaxConns: 4, TransactionPool: true},
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	for name, options := range modes {
		t.Run(name, func(t *testing.T) {
			pool := open(t, options)
			queries := store.New(pool)
			at := time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.FixedZone("east", 7200))
			raw := store.MoneyAmount{Amount: "12.340", Currency: "USD", Presentment: &store.Presentment{Amount: "11.20", Currency: "EUR"}}
			status := store.Phase("Completed").With(store.Condition{Type: "Checked", Status: "True", LastTransitionTime: at.UTC()})
			_, err := pool.Exec(t.Context(), `INSERT INTO order_header (id, store_id, order_name, currency_code, total_price, raw_total_price, process_ts, status, labels, discount_codes)
				VALUES ('ord_1', 'sto_1', '#1', 'USD', $1, $2, $3, $4, $5, $6)`,
				decimal.RequireFromString("12.340"), raw, at, status, store.Labels{"tier": "gold"}, []string{"TEN", "ÄÖ"})
			require.NoError(t, err)

			order, err := queries.OrderByID(t.Context(), "ord_1")
			require.NoError(t, err)
			require.Equal(t, "12.340", order.TotalPrice.StringFixed(3))
			require.Equal(t, raw, order.RawTotalPrice)
			require.False(t, order.TotalTax.Valid)
			require.True(t, order.RawTotalTax.IsNull())
			require.Nil(t, order.CustomerJourney)
			require.Equal(t, at.UTC(), order.ProcessTs, "times come back in UTC")
			require.Nil(t, order.CancelTs)
			require.Equal(t, status, order.Status)
			require.Equal(t, store.Labels{"tier": "gold"}, order.Labels)
			require.Equal(t, []string{"TEN", "ÄÖ"}, order.DiscountCodes)
		})
	}
}

func TestEveryDigitOfMoneyIsKept(t *testing.T) {
	pool := open(t, store.Options{})
	for _, amount := range []string{"0.1", "123456789012345678901234567890.123456789", "-0.005", "1E+3"} {
		var back decimal.Decimal
		require.NoError(t, pool.QueryRow(t.Context(), `SELECT $1::numeric`, decimal.RequireFromString(amount)).Scan(&back))
		require.True(t, decimal.RequireFromString(amount).Equal(back), "%s became %s", amount, back)
	}
}

func TestMoneyIsCheckedBeforeItIsWritten(t *testing.T) {
	one := decimal.NewNullDecimal(decimal.NewFromInt(1))
	require.Empty(t, store.CheckMoney("cart", "total", one, store.NewMoney(one.Decimal, "USD"), "USD"))
	require.Empty(t, store.CheckMoney("cart", "total", decimal.NullDecimal{}, store.MoneyAmount{}, "USD"))
	for name, c := range map[string]struct {
		value decimal.NullDecimal
		raw   store.MoneyAmount
		want  string
	}{
		"one half":         {one, store.MoneyAmount{}, "cart.raw_total"},
		"the other half":   {decimal.NullDecimal{}, store.MoneyAmount{Amount: "1", Currency: "USD"}, "cart.total"},
		"no decimal":       {one, store.MoneyAmount{Amount: "1,0", Currency: "USD"}, "cart.raw_total"},
		"another number":   {one, store.MoneyAmount{Amount: "1.01", Currency: "USD"}, "cart.total"},
		"another currency": {one, store.MoneyAmount{Amount: "1", Currency: "EUR"}, "cart.raw_total"},
	} {
		faults := store.CheckMoney("cart", "total", c.value, c.raw, "USD")
		require.Len(t, faults, 1, name)
		require.Equal(t, c.want, faults[0].Name, name)
	}
}

func TestAConditionsTimeMovesOnlyWhenItChanges(t *testing.T) {
	first, later := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	status := store.Phase("Active").With(store.Condition{Type: "Synced", Status: "False", LastTransitionTime: first})
	same := status.With(store.Condition{Type: "Synced", Status: "False", Reason: "Again", LastTransitionTime: later})
	require.Equal(t, first, same.Conditions[0].LastTransitionTime)
	require.Equal(t, "Again", same.Conditions[0].Reason)
	changed := same.With(store.Condition{Type: "Synced", Status: "True", LastTransitionTime: later})
	require.Equal(t, later, changed.Conditions[0].LastTransitionTime)
	require.Equal(t, "False", status.Conditions[0].Status, "the status it was made from stays")
}

func TestATransactionThatFailsLeavesNothing(t *testing.T) {
	pool := open(t, store.Options{})
	failed := errors.New("later step failed")
	insert := func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO price_set (id) VALUES ('pset_1')`)
		return err
	}
	require.ErrorIs(t, store.InTx(t.Context(), pool, func(tx pgx.Tx) error { return errors.Join(insert(tx), failed) }), failed)
	require.NoError(t, store.InTx(t.Context(), pool, insert), "the failed one left its row behind")
}

func TestErrorsAreClassified(t *testing.T) {
	pool := open(t, store.Options{})
	run := func(ctx context.Context, sql string) error {
		_, err := pool.Exec(ctx, sql)
		return store.Classify(err, "do it")
	}
	require.NoError(t, run(t.Context(), `SELECT 1`))
	_, err := pool.Exec(t.Context(), `INSERT INTO price_set (id) VALUES ('pset_1')`)
	require.NoError(t, err)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		err  error
		want fault.Code
	}{
		"a row that is there":       {run(t.Context(), `INSERT INTO price_set (id) VALUES ('pset_1')`), fault.Conflict},
		"a row that is refused":     {run(t.Context(), `INSERT INTO price_set (id) VALUES ('x')`), fault.InvalidInput},
		"a value that is none":      {run(t.Context(), `SELECT 'x'::int`), fault.InvalidInput},
		"a statement that is wrong": {run(t.Context(), `SELEC`), fault.Internal},
		"a caller that left":        {run(canceled, `SELECT 1`), fault.Canceled},
		"no row":                    {store.Classify(pgx.ErrNoRows, "find it"), fault.NotFound},
		"a fault already":           {store.Classify(fault.New(fault.TooLarge, "big"), "do it"), fault.TooLarge},
	} {
		require.True(t, fault.Is(c.err, c.want), "%s: %v", name, c.err)
	}
}

func TestAStatementEndsWithItsTimeout(t *testing.T) {
	pool := open(t, store.Options{StatementTimeout: 20 * time.Millisecond})
	_, err := pool.Exec(t.Context(), `SELECT pg_sleep(60)`)
	require.True(t, fault.Is(store.Classify(err, "sleep"), fault.Timeout), "%v", err)
}

func TestOpeningNamesWhatIsWrongWithoutThePassword(t *testing.T) {
	for url, want := range map[string]fault.Code{
		"postgres://user:hunter2@127.0.0.1:1/none": fault.Unavailable,
		"postgres://user:hunter2@host:port/none":   fault.InvalidInput,
	} {
		_, err := store.Open(t.Context(), url, store.Options{})
		require.True(t, fault.Is(err, want), "%v", err)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func open(t *testing.T, options store.Options) *pgxpool.Pool {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), options)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func ptr[T any](v T) *T { return &v }

func object(text string) json.RawMessage { return json.RawMessage(text) }

func newID(prefix uid.Prefix) string { return uid.New(prefix) }
