package store

import (
	"context"
	"strconv"
	"time"

	pgxdecimal "github.com/jackc/pgx-shopspring-decimal"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"bluntcases.com/platform/internal/fault"
)

// Options are the settings of a pool. The zero value is a small pool on a direct connection.
type Options struct {
	// MaxConns bounds the connections that this process holds; 0 means 8.
	MaxConns int32
	// TransactionPool is set behind PgBouncer in transaction mode: nothing may belong to a session there, so statements
	// are not prepared and session settings are left to the server.
	TransactionPool bool
	// StatementTimeout ends a statement that takes longer; 0 means a minute. Without effect behind a transaction pool,
	// where the server's own limit holds.
	StatementTimeout time.Duration
	// Name is what pg_stat_activity shows.
	Name string
}

const (
	defaultMaxConns         = 8
	defaultStatementTimeout = time.Minute
	connectTimeout          = 10 * time.Second
	maxConnLifetime         = 30 * time.Minute
	maxConnIdleTime         = 5 * time.Minute
)

// Open makes a pool and proves that it reaches the database. NUMERIC is read and written as decimal.Decimal, times are
// UTC. It fails with invalid_input for a URL that cannot be read and with unavailable where nobody answers; neither
// error repeats the URL, which holds a password.
func Open(ctx context.Context, databaseURL string, options Options) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fault.Invalid("the database address", fault.Field{Name: "DATABASE_URL", Detail: "is not a postgres:// URL"})
	}
	options.apply(config)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "open the database pool")
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fault.Wrap(fault.Unavailable, err, "connect to the database")
	}
	return pool, nil
}

func (o Options) apply(config *pgxpool.Config) {
	config.MaxConns = o.MaxConns
	if config.MaxConns <= 0 {
		config.MaxConns = defaultMaxConns
	}
	config.MaxConnLifetime, config.MaxConnLifetimeJitter = maxConnLifetime, maxConnLifetime/10
	config.MaxConnIdleTime = maxConnIdleTime
	config.ConnConfig.ConnectTimeout = connectTimeout
	parameters := config.ConnConfig.RuntimeParams
	if o.Name != "" {
		parameters["application_name"] = o.Name
	}
	if o.TransactionPool {
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
		config.ConnConfig.StatementCacheCapacity, config.ConnConfig.DescriptionCacheCapacity = 0, 0
	} else {
		timeout := o.StatementTimeout
		if timeout <= 0 {
			timeout = defaultStatementTimeout
		}
		parameters["timezone"] = "UTC"
		parameters["statement_timeout"] = strconv.FormatInt(timeout.Milliseconds(), 10)
		// A list's best index depends on the values asked for, so plans are made for the values, not for all of them.
		parameters["plan_cache_mode"] = "force_custom_plan"
	}
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		register(conn.TypeMap())
		return nil
	}
}

// register teaches a connection exact decimals and UTC times.
func register(types *pgtype.Map) {
	pgxdecimal.Register(types)
	types.RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
}
