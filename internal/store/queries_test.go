package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/uid"
)

func TestOrdersAreFoundByWhatStaffKnow(t *testing.T) {
	for name, options := range modes {
		t.Run(name, func(t *testing.T) {
			pool := open(t, options)
			orders(t, pool, 5)
			_, err := pool.Exec(t.Context(), `UPDATE order_header SET delete_ts = now() WHERE order_number = 5`)
			require.NoError(t, err)
			q := store.New(pool)

			byName, err := q.OrdersByName(t.Context(), store.OrdersByNameParams{OrderName: "#3", PageSize: 10})
			require.NoError(t, err)
			byNumber, err := q.OrdersByNumber(t.Context(), store.OrdersByNumberParams{OrderNumber: 3, PageSize: 10})
			require.NoError(t, err)
			byGID, err := q.OrderByGID(t.Context(), "gid://shopify/Order/3")
			require.NoError(t, err)
			byEmail, err := q.OrdersByEmail(t.Context(), store.OrdersByEmailParams{Email: "BUYER3@Example.com", BeforeTs: store.Newest().TS, PageSize: 10})
			require.NoError(t, err)
			for _, found := range [][]store.OrderHeader{byName, byNumber, {byGID}, byEmail} {
				require.Len(t, found, 1)
				require.EqualValues(t, 3, *found[0].OrderNumber)
			}
			gone, err := q.OrdersByName(t.Context(), store.OrdersByNameParams{OrderName: "#5", PageSize: 10})
			require.NoError(t, err)
			require.Empty(t, gone, "a deleted order is not found")
		})
	}
}

func TestKeysetPagesSeeEveryOrderOnceAlsoAtOneMoment(t *testing.T) {
	pool := open(t, store.Options{})
	orders(t, pool, 23)
	_, err := pool.Exec(t.Context(), `UPDATE order_header SET process_ts = '2026-01-05' WHERE order_number BETWEEN 4 AND 15`)
	require.NoError(t, err)
	q := store.New(pool)
	var seen []store.OrderHeader
	for cursor := store.Newest(); ; {
		page, err := q.ListOrders(t.Context(), store.ListOrdersParams{BeforeTs: cursor.TS, AfterID: cursor.ID, PageSize: 5})
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		seen = append(seen, page...)
		last := page[len(page)-1]
		cursor = store.Cursor{TS: last.ProcessTs, ID: last.ID}
	}
	ids := map[string]bool{}
	for i, order := range seen {
		ids[order.ID] = true
		if i > 0 {
			require.False(t, order.ProcessTs.After(seen[i-1].ProcessTs), "newest first")
		}
	}
	require.Len(t, ids, 23)
	require.Len(t, seen, 23)
}

func TestDaysAreCutInTheShopsZoneAndTestOrdersLeftOut(t *testing.T) {
	pool := open(t, store.Options{})
	// 23:30 and 00:30 in New York are one UTC day.
	for i, at := range []string{"2026-03-02T04:30:00Z", "2026-03-02T05:30:00Z", "2026-03-02T05:45:00Z"} {
		_, err := pool.Exec(t.Context(), `INSERT INTO order_header (id, store_id, order_name, currency_code, total_price, raw_total_price, process_ts, is_test)
			VALUES ($1, 'sto_1', $1, 'USD', 1, '{"amount":"1","currency":"USD"}', $2, $3)`, fmt.Sprintf("ord_%d", i), at, i == 2)
		require.NoError(t, err)
		_, err = pool.Exec(t.Context(), `INSERT INTO order_line_item (id, order_header_id, title, quantity, currency_code, unit_price, raw_unit_price, order_process_ts)
			VALUES ('oli_' || $1, 'ord_' || $1, 'Case', 2, 'USD', 10.25, '{"amount":"10.25","currency":"USD"}', $2)`, fmt.Sprint(i), at)
		require.NoError(t, err)
	}
	_, err := pool.Exec(t.Context(), `INSERT INTO payment_refund (id, order_header_id, currency_code, amount, raw_amount, process_ts) VALUES ('rfd_1', 'ord_0', 'USD', 10.25, '{}', '2026-03-02T06:00:00Z')`)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `INSERT INTO payment_refund_item (id, payment_refund_id, order_line_item_id, quantity, currency_code, subtotal, raw_subtotal) VALUES ('rfdi_1', 'rfd_1', 'oli_0', 1, 'USD', 10.25, '{}')`)
	require.NoError(t, err)

	q := store.New(pool)
	from, to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	days, err := q.SalesByDay(t.Context(), store.SalesByDayParams{IanaTimezone: "America/New_York", StoreID: "sto_1", FromTs: from, ToTs: to})
	require.NoError(t, err)
	require.Len(t, days, 2)
	for i, day := range days {
		require.Equal(t, 1+i, day.Day.Time.Day())
		require.EqualValues(t, 2, day.UnitsOrdered)
		require.Equal(t, "20.5", day.GrossAmount.String())
	}
	refunds, err := q.RefundsByDay(t.Context(), store.RefundsByDayParams{IanaTimezone: "America/New_York", StoreID: "sto_1", FromTs: from, ToTs: to})
	require.NoError(t, err)
	require.Len(t, refunds, 1)
	require.Equal(t, 2, refunds[0].Day.Time.Day())
	require.Equal(t, "10.25", refunds[0].RefundAmount.String())
}

func TestTheOutboxGivesARunsMessagesInOrderAndForgetsThem(t *testing.T) {
	pool := open(t, store.Options{})
	for _, id := range []string{"b", "a", "c"} {
		_, err := pool.Exec(t.Context(), `INSERT INTO runtime.telemetry_outbox (id, stream, subject, payload, event_count, run_id) VALUES ($1, 's', 't', $2, 2, 'run')`, id, []byte{0, 1, 255})
		require.NoError(t, err)
	}
	q := store.New(pool)
	page, err := q.OutboxPage(t.Context(), store.OutboxPageParams{RunID: "run", PageSize: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, []string{page[0].ID, page[1].ID})
	require.Equal(t, []byte{0, 1, 255}, page[0].Payload)
	deleted, err := q.DeleteOutbox(t.Context(), []string{"a", "b", "never"})
	require.NoError(t, err)
	require.EqualValues(t, 2, deleted)
	left, err := q.OutboxBacklog(t.Context(), "run")
	require.NoError(t, err)
	require.Equal(t, store.OutboxBacklogRow{Messages: 1, Events: 2}, left)
}

func TestAWebhookIsSeenOnce(t *testing.T) {
	q := store.New(open(t, store.Options{}))
	delivery := store.RecordWebhookParams{ID: "w1", EventID: ptr("e1"), Topic: "orders/updated", ShopDomain: "s.myshopify.com"}
	for _, want := range []int64{1, 0} {
		n, err := q.RecordWebhook(t.Context(), delivery)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.NoError(t, q.ForgetWebhook(t.Context(), "w1"))
	n, err := q.RecordWebhook(t.Context(), delivery)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

func TestAnIdempotencyKeyIsClaimedOnceAndAnsweredOnce(t *testing.T) {
	q := store.New(open(t, store.Options{}))
	claim := store.ClaimIdempotencyKeyParams{Principal: "prn_1", Route: "POST /x", Key: "k", RequestDigest: "d"}
	for _, want := range []int64{1, 0} {
		n, err := q.ClaimIdempotencyKey(t.Context(), claim)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	answer := store.AnswerIdempotencyKeyParams{Principal: "prn_1", Route: "POST /x", Key: "k", ResponseStatus: 202, ResponseBody: object(`{"id":"1"}`)}
	for _, want := range []int64{1, 0} {
		n, err := q.AnswerIdempotencyKey(t.Context(), answer)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	stored, err := q.IdempotencyKey(t.Context(), store.IdempotencyKeyParams{Principal: "prn_1", Route: "POST /x", Key: "k"})
	require.NoError(t, err)
	require.EqualValues(t, 202, *stored.ResponseStatus)
	require.JSONEq(t, `{"id":"1"}`, string(stored.ResponseBody))
}

func TestAManualClassificationIsMarkedAsOne(t *testing.T) {
	pool := open(t, store.Options{})
	id := newID(uid.ProductTag)
	_, err := pool.Exec(t.Context(), `INSERT INTO product_tag (id, value, normalized_value, classification_confidence) VALUES ($1, 'Floral', 'floral', 0.7)`, id)
	require.NoError(t, err)
	tag, err := store.New(pool).ClassifyTag(t.Context(), store.ClassifyTagParams{ID: id, Classification: "theme", ClassifyPrincipalID: ptr(newID(uid.Principal))})
	require.NoError(t, err)
	require.Equal(t, "manual", tag.ClassificationSource)
	require.False(t, tag.ClassificationConfidence.Valid)
	require.NotNil(t, tag.ClassifyTs)
}

func TestRelinkingRevivesTheRow(t *testing.T) {
	pool := open(t, store.Options{})
	q := store.New(pool)
	link := store.LinkArtifactToProductParams{ID: newID(uid.LinkProductMacrodataArtifact), ProductID: "prd_1", MacrodataArtifactID: "mda_1", LinkRole: "design_asset", MatchMethod: "manual"}
	first, err := q.LinkArtifactToProduct(t.Context(), link)
	require.NoError(t, err)
	n, err := q.UnlinkArtifactFromProduct(t.Context(), store.UnlinkArtifactFromProductParams{ProductID: "prd_1", MacrodataArtifactID: "mda_1", LinkRole: "design_asset"})
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	link.ID = newID(uid.LinkProductMacrodataArtifact)
	again, err := q.LinkArtifactToProduct(t.Context(), link)
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	require.Nil(t, again.DeleteTs)
}

// orders makes orders #1 to #n, an hour apart.
func orders(t *testing.T, pool *pgxpool.Pool, n int) {
	t.Helper()
	_, err := pool.Exec(t.Context(), `INSERT INTO order_header (id, shopify_gid, store_id, order_number, order_name, email, currency_code, total_price, raw_total_price, process_ts)
		SELECT 'ord_' || lpad(n::text, 26, '0'), 'gid://shopify/Order/' || n, 'sto_1', n, '#' || n, 'buyer' || n || '@example.com', 'USD', n,
		       jsonb_build_object('amount', n::text, 'currency', 'USD'), '2026-01-01'::timestamptz + n * interval '1 hour'
		FROM generate_series(1, $1) n`, n)
	require.NoError(t, err)
}
