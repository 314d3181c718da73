package money_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/money"
)

func TestFixedReadsWhatDecimalReads(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		want := decimal.New(r.Int64N(2_000_000_000_000)-1_000_000_000_000, -int32(r.IntN(8)))
		got, err := money.ParseFixed(want.String())
		require.NoError(t, err)
		require.True(t, want.Round(money.Scale).Equal(decimal.RequireFromString(got.String())), "%s became %s", want, got)
	}
}

func TestFixedRefusesWhatIsNoAmount(t *testing.T) {
	for _, text := range []string{"-", ".", "1.", ".5", "1,00", "1e3", "NaN", "1.2.3", " 1", "+1", "--1", "100000000000000", "9999999999999999999999"} {
		_, err := money.ParseFixed(text)
		require.Error(t, err, "%q", text)
	}
	zero, err := money.ParseFixed("")
	require.NoError(t, err)
	require.Zero(t, zero)
}

func TestFixedTimesIsExactOrRefused(t *testing.T) {
	price, err := money.ParseFixed("0.0415")
	require.NoError(t, err)
	total, err := price.Times(80_995)
	require.NoError(t, err)
	require.Equal(t, "3361.2925", total.String())
	total, err = price.Times(-2)
	require.NoError(t, err)
	require.Equal(t, "-0.083", total.String())
	_, err = money.Fixed(900_000_000_000_000_000).Times(2)
	require.ErrorIs(t, err, money.ErrRange)
}

func TestRawKeepsBothAmountsToTheLastDigit(t *testing.T) {
	for _, tc := range []struct {
		name       string
		currencies money.Currencies
		bag        money.Bag
		want       string
	}{
		{
			"foreign buyer",
			money.Currencies{Shop: "USD", Presentment: "EUR"},
			money.Bag{Shop: "12.340", Presentment: "11.20"},
			`{"amount":"12.340","currency":"USD","presentment":{"amount":"11.20","currency":"EUR"}}`,
		},
		{
			"same currency",
			money.Currencies{Shop: "GBP", Presentment: "GBP"},
			money.Bag{Shop: "1.0", Presentment: "1.0"},
			`{"amount":"1.0","currency":"GBP"}`,
		},
		{"no presentment", money.Currencies{Shop: "GBP"}, money.Bag{Shop: "1.0"}, `{"amount":"1.0","currency":"GBP"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			raw := tc.currencies.Amount(tc.bag).AppendRaw(nil)
			require.True(t, json.Valid(raw))
			require.Equal(t, tc.want, string(raw))
		})
	}
	require.Equal(t, money.Amount{}, money.Currencies{Shop: "GBP"}.Amount(money.Bag{}))
}
