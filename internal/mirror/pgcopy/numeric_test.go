package pgcopy_test

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	decimalcodec "github.com/jackc/pgx-shopspring-decimal"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/mirror/pgcopy"
	"bluntcases.com/platform/internal/money"
)

// fields reads the one row of a buffer back: a nil field is NULL.
func fields(t *testing.T, b *pgcopy.Buffer) [][]byte {
	t.Helper()
	require.NoError(t, b.Err())
	text, err := io.ReadAll(b.Reader())
	require.NoError(t, err)
	text = text[19 : len(text)-2] // header and trailer
	count := int(binary.BigEndian.Uint16(text))
	text = text[2:]
	var out [][]byte
	for range count {
		size := int32(binary.BigEndian.Uint32(text))
		text = text[4:]
		if size < 0 {
			out = append(out, nil)
			continue
		}
		out = append(out, text[:size])
		text = text[size:]
	}
	require.Empty(t, text)
	return out
}

func TestNumericsAreWhatTheDriverReads(t *testing.T) {
	types := pgtype.NewMap()
	decimalcodec.Register(types)
	r := rand.New(rand.NewPCG(5, 6))
	check := func(text string) {
		var b pgcopy.Buffer
		b.Row(1)
		b.Numeric(text)
		wire := fields(t, &b)[0]
		var got decimal.Decimal
		require.NoError(t, types.Scan(pgtype.NumericOID, pgtype.BinaryFormatCode, wire, &got), text)
		require.True(t, decimal.RequireFromString(text).Equal(got), "%s became %s", text, got)
	}
	for _, text := range []string{"0", "0.00", "-0", "1", "10000", "100000000", "0.0001", "0.00010", "9999.9999", "-12.50", "00012.3", "0.1", "123456789012345678901234567890.123456789"} {
		check(text)
	}
	for range 20_000 {
		check(decimal.New(r.Int64N(1<<62)-1<<61, -int32(r.IntN(24))).String())
	}
}

func TestARowIsWhatTheDriverReads(t *testing.T) {
	types := pgtype.NewMap()
	at := time.Date(1999, 12, 31, 23, 59, 59, 123456000, time.UTC)
	var b pgcopy.Buffer
	b.Row(11)
	b.Text("a\tb")
	b.TextOrNull("")
	b.Bool(true)
	b.Int32(-7)
	b.Int64(1 << 40)
	b.Time(at)
	b.Time(time.Time{})
	b.Texts([]string{"x", `"y"`, ""})
	b.Texts(nil)
	b.Amount(money.Amount{Value: "1.50", Currency: "USD"})
	got := fields(t, &b)

	var words, none []string
	require.NoError(t, types.Scan(pgtype.TextArrayOID, pgtype.BinaryFormatCode, got[7], &words))
	require.NoError(t, types.Scan(pgtype.TextArrayOID, pgtype.BinaryFormatCode, got[8], &none))
	require.Equal(t, []string{"x", `"y"`, ""}, words)
	require.Empty(t, none)
	var when time.Time
	require.NoError(t, types.Scan(pgtype.TimestamptzOID, pgtype.BinaryFormatCode, got[5], &when))
	require.True(t, at.Equal(when))
	require.Equal(t, "a\tb", string(got[0]))
	require.Nil(t, got[1])
	require.Equal(t, []byte{1}, got[2])
	require.Nil(t, got[6])
	require.JSONEq(t, `{"amount":"1.50","currency":"USD"}`, string(got[10][1:]))
}

func TestWhatPostgresCannotStoreIsSaid(t *testing.T) {
	for _, write := range []func(*pgcopy.Buffer){
		func(b *pgcopy.Buffer) { b.Text("a\x00b") },
		func(b *pgcopy.Buffer) { b.Numeric("1e5") },
		func(b *pgcopy.Buffer) { b.Amount(money.Amount{Value: "twelve", Currency: "USD"}) },
		func(b *pgcopy.Buffer) {
			b.Amount(money.Amount{Value: "1", Currency: "USD", Presentment: `"`, PresentmentCurrency: "EUR"})
		},
	} {
		var b pgcopy.Buffer
		b.Row(2)
		write(&b)
		require.Error(t, b.Err())
		b.Reset()
		require.NoError(t, b.Err())
	}
}
