package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/store"
)

// bench/schema.go asserts the same plans, and the times, on a million orders.
func TestEveryListAndLookupUsesItsIndex(t *testing.T) {
	pool := open(t, store.Options{})
	orders(t, pool, 20_000)
	_, err := pool.Exec(t.Context(), `
		INSERT INTO order_line_item (id, order_header_id, title, currency_code, unit_price, raw_unit_price, order_process_ts, position)
		SELECT 'oli_' || lpad(o.order_number::text, 24, '0') || lpad(p::text, 2, '0'), o.id, 'Case', 'USD', 1, '{}', o.process_ts, p
		FROM order_header o, generate_series(1, 2) p`)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `
		INSERT INTO macrodata_artifact (id, macrodata_catalog_id, kind, name, status, update_ts, agent_principal_id, parent_artifact_id)
		SELECT 'mda_' || lpad(n::text, 26, '0'), 'mdc_1', (ARRAY['combo_report', 'combo_suggestion', 'report'])[n % 3 + 1], n::text,
		       CASE WHEN n % 10 = 0 THEN '{"phase":"Accepted"}'::jsonb ELSE '{"phase":"Pending"}' END, now() - n * interval '1 minute',
		       'prn_' || n % 50, 'mda_' || n % 1000
		FROM generate_series(1, 10000) n`)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `ANALYZE`)
	require.NoError(t, err)

	newest, middle := store.Newest(), store.Cursor{ID: "ord_"}
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT process_ts FROM order_header ORDER BY process_ts OFFSET 10000 LIMIT 1`).Scan(&middle.TS))
	cases := map[string]struct {
		index string
		run   func(*store.Queries) error
	}{
		"orders, first page": {"ord_process_ts_id_idx", func(q *store.Queries) error {
			return second(q.ListOrders(t.Context(), store.ListOrdersParams{BeforeTs: newest.TS, PageSize: 50}))
		}},
		"orders, a page in the middle": {"ord_process_ts_id_idx", func(q *store.Queries) error {
			return second(q.ListOrders(t.Context(), store.ListOrdersParams{BeforeTs: middle.TS, AfterID: middle.ID, PageSize: 50}))
		}},
		"order by name": {"ord_order_name_idx", func(q *store.Queries) error {
			return second(q.OrdersByName(t.Context(), store.OrdersByNameParams{OrderName: "#777", PageSize: 10}))
		}},
		"order by number": {"ord_order_number_idx", func(q *store.Queries) error {
			return second(q.OrdersByNumber(t.Context(), store.OrdersByNumberParams{OrderNumber: 777, PageSize: 10}))
		}},
		"order by gid": {"ord_shopify_gid_key", func(q *store.Queries) error {
			return second(q.OrderByGID(t.Context(), "gid://shopify/Order/777"))
		}},
		"orders by email": {"ord_lower_email_idx", func(q *store.Queries) error {
			return second(q.OrdersByEmail(t.Context(), store.OrdersByEmailParams{Email: "Buyer777@example.com", BeforeTs: newest.TS, PageSize: 10}))
		}},
		"an order's lines": {"oli_order_header_id_position_idx", func(q *store.Queries) error {
			return second(q.OrderLines(t.Context(), store.OrderLinesParams{OrderHeaderID: "ord_" + strings.Repeat("0", 23) + "777", PageSize: 50}))
		}},
		"artifacts by kind": {"mda_kind_update_ts_id_idx", func(q *store.Queries) error {
			return second(q.ListArtifacts(t.Context(), store.ListArtifactsParams{Kind: "report", BeforeTs: newest.TS, PageSize: 50}))
		}},
		"artifacts by kind and phase": {"mda_kind_phase_update_ts_idx", func(q *store.Queries) error {
			return second(q.ListArtifactsByPhase(t.Context(), store.ListArtifactsByPhaseParams{Kind: "combo_suggestion", Phase: "Accepted", BeforeTs: newest.TS, PageSize: 50}))
		}},
		"artifacts by agent": {"mda_agent_principal_id_kind_idx", func(q *store.Queries) error {
			return second(q.ListArtifactsByAgent(t.Context(), store.ListArtifactsByAgentParams{Kind: "report", AgentPrincipalID: "prn_7", BeforeTs: newest.TS, PageSize: 50}))
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			plan := &explained{DBTX: pool}
			require.NoError(t, c.run(store.New(plan)))
			require.Contains(t, plan.text, c.index)
			require.NotContains(t, plan.text, "Seq Scan")
		})
	}
}

// explained asks for the plan of each statement before it runs it.
type explained struct {
	store.DBTX
	text string
}

func (e *explained) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := e.explain(ctx, sql, args); err != nil {
		return nil, err
	}
	return e.DBTX.Query(ctx, sql, args...)
}

func (e *explained) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	_ = e.explain(ctx, sql, args) // the statement itself fails in the same way
	return e.DBTX.QueryRow(ctx, sql, args...)
}

func (e *explained) explain(ctx context.Context, sql string, args []any) error {
	rows, err := e.DBTX.Query(ctx, "EXPLAIN "+sql, args...)
	if err != nil {
		return err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	e.text = strings.Join(lines, "\n")
	return err
}

func second[T any](_ T, err error) error { return err }
