package schemacheck_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/schemacheck"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

func TestTheMigrationsKeepTheConventions(t *testing.T) {
	report, err := schemacheck.Check(t.Context(), open(t))
	require.NoError(t, err)
	for _, violation := range report.Violations {
		t.Error(violation)
	}
	require.Equal(t, 153, report.Tables)
	require.Greater(t, report.References, 400)
}

func TestEveryBrokenConventionIsFound(t *testing.T) {
	cases := []struct {
		name, sql           string
		table, object, rule string
	}{
		{"table missing", `DROP TABLE lead`, "lead", "", "tables"},
		{"table too many", `CREATE TABLE extra (id text)`, "extra", "", "tables"},
		{"prefix unchecked", `ALTER TABLE product DROP CONSTRAINT prd_id_check`, "product", "id", "prefix"},
		{"prefix of another table", `ALTER TABLE product DROP CONSTRAINT prd_id_check, ADD CONSTRAINT prd_id_check CHECK (id LIKE 'ord\_%')`, "product", "id", "prefix"},
		{"prefix with an open underscore", `ALTER TABLE product DROP CONSTRAINT prd_id_check, ADD CONSTRAINT prd_id_check CHECK (id LIKE 'prd_%')`, "product", "id", "prefix"},
		{"primary key elsewhere", `ALTER TABLE product DROP CONSTRAINT prd_pkey, ADD CONSTRAINT prd_pkey PRIMARY KEY (id, store_id)`, "product", "id", "prefix"},
		{"common column missing", `ALTER TABLE product DROP COLUMN delete_ts`, "product", "delete_ts", "common columns"},
		{"common column without default", `ALTER TABLE product ALTER labels DROP DEFAULT`, "product", "labels", "common columns"},
		{"labels unchecked", `ALTER TABLE product DROP CONSTRAINT prd_labels_check`, "product", "labels", "common columns"},
		{"phase unchecked", `ALTER TABLE product DROP CONSTRAINT prd_status_check`, "product", "status", "phases"},
		{"begins in a phase it has not", `ALTER TABLE product ALTER status SET DEFAULT '{"phase":"Lost","conditions":[]}'`, "product", "status", "phases"},
		{"mirror undeclared", `COMMENT ON TABLE product IS 'A product.
module: 02 Product'`, "product", "shopify_gid", "mirror"},
		{"mirror may repeat", `ALTER TABLE product DROP CONSTRAINT prd_shopify_gid_key`, "product", "shopify_gid", "mirror"},
		{"mirror column lost", `ALTER TABLE product DROP COLUMN sync_ts`, "product", "sync_ts", "mirror"},
		{"comment lost", `COMMENT ON TABLE product_option IS NULL`, "product_option", "", "comments"},
		{"time not named so", `ALTER TABLE cart ADD placed timestamptz`, "cart", "placed", "times"},
		{"time without zone", `ALTER TABLE cart ADD place_ts timestamp`, "cart", "place_ts", "times"},
		{"past tense", `ALTER TABLE cart ADD placed_at text`, "cart", "placed_at", "times"},
		{"day not named so", `ALTER TABLE cart ADD placed date`, "cart", "placed", "times"},
		{"raw half missing", `ALTER TABLE cart DROP COLUMN raw_total`, "cart", "total", "money"},
		{"raw half alone", `ALTER TABLE cart DROP COLUMN total`, "cart", "raw_total", "money"},
		{"halves unchecked", `ALTER TABLE cart DROP CONSTRAINT cart_total_check`, "cart", "total", "money"},
		{"halves differ in null", `ALTER TABLE price ALTER raw_amount DROP NOT NULL`, "price", "raw_amount", "money"},
		{"money as a float", `ALTER TABLE cart ADD gift_amount double precision`, "cart", "gift_amount", "money"},
		{"money without currency", `ALTER TABLE price DROP COLUMN currency_code`, "price", "amount", "money"},
		{"enum unchecked", `ALTER TABLE order_header DROP CONSTRAINT ord_financial_status_check`, "order_header", "financial_status", "enums"},
		{"new enum unchecked", `ALTER TABLE cart ADD cart_kind text`, "cart", "cart_kind", "enums"},
		{"type without a rule", `ALTER TABLE cart ADD token uuid`, "cart", "token", "types"},
		{"varchar", `ALTER TABLE cart ADD token varchar(10)`, "cart", "token", "types"},
		{"boolean that may be null", `ALTER TABLE cart ADD is_gift boolean`, "cart", "is_gift", "types"},
		{"count that may be negative", `ALTER TABLE product DROP CONSTRAINT prd_variant_count_check`, "product", "variant_count", "types"},
		{"reference undeclared", `COMMENT ON COLUMN cart.customer_id IS NULL`, "cart", "customer_id", "references"},
		{"reference malformed", `COMMENT ON COLUMN cart.customer_id IS 'ref: customer'`, "cart", "customer_id", "references"},
		{"reference to no table", `COMMENT ON COLUMN cart.customer_id IS 'ref: buyer.id'`, "cart", "customer_id", "references"},
		{"reference to no column", `COMMENT ON COLUMN cart.customer_id IS 'ref: customer.uid'`, "cart", "customer_id", "references"},
		{"reference to what may repeat", `COMMENT ON COLUMN cart.customer_id IS 'ref: customer.email'`, "cart", "customer_id", "references"},
		{"reference without index", `DROP INDEX cart_customer_id_idx`, "cart", "customer_id", "references"},
		{"reference with a partial index", `DROP INDEX cart_customer_id_idx; CREATE INDEX cart_customer_id_idx ON cart (customer_id) WHERE email IS NULL`, "cart", "customer_id", "references"},
		{"currency undeclared", `COMMENT ON COLUMN cart.currency_code IS NULL`, "cart", "currency_code", "references"},
		{"index named otherwise", `ALTER INDEX cart_customer_id_idx RENAME TO by_customer`, "cart", "by_customer", "names"},
		{"foreign key", `ALTER TABLE cart ADD CONSTRAINT cart_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer (id)`, "cart", "cart_customer_fkey", "objects"},
		{"trigger", `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER cart_touch BEFORE UPDATE ON cart FOR EACH ROW EXECUTE FUNCTION touch()`, "cart", "cart_touch", "objects"},
		{"function", `CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'`, "", "one", "objects"},
		{"view", `CREATE VIEW carts AS SELECT id FROM cart`, "", "carts", "objects"},
		{"materialized view", `CREATE MATERIALIZED VIEW carts AS SELECT id FROM cart`, "", "carts", "objects"},
		{"sequence", `CREATE SEQUENCE numbers`, "", "numbers", "objects"},
		{"enum type", `CREATE TYPE mood AS ENUM ('good')`, "", "mood", "objects"},
		{"domain", `CREATE DOMAIN code AS text`, "", "code", "objects"},
		{"view in runtime", `CREATE VIEW runtime.backlog AS SELECT id FROM runtime.telemetry_outbox`, "", "backlog", "objects"},
		{"time in runtime", `ALTER TABLE runtime.telemetry_outbox ADD published timestamptz`, "telemetry_outbox", "published", "times"},
	}
	pool := open(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tx, err := pool.Begin(t.Context())
			require.NoError(t, err)
			defer func() { require.NoError(t, tx.Rollback(t.Context())) }()
			_, err = tx.Exec(t.Context(), c.sql, pgx.QueryExecModeSimpleProtocol)
			require.NoError(t, err)

			report, err := schemacheck.Check(t.Context(), tx)
			require.NoError(t, err)
			found := func(v schemacheck.Violation) bool {
				return v.Table == c.table && v.Object == c.object && v.Rule == c.rule
			}
			require.True(t, slices.ContainsFunc(report.Violations, found), "found only %v", report.Violations)
			require.False(t, report.OK())
		})
	}
}

func TestADatabaseWithoutTheSchemaMissesEveryTable(t *testing.T) {
	pool, err := store.Open(t.Context(), testenv.EmptyPostgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	report, err := schemacheck.Check(t.Context(), pool)
	require.NoError(t, err)
	require.Len(t, report.Violations, 153)
}

func open(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}
