package uid_test

import (
	"crypto/sha256"
	"io/fs"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/uid"
	"bluntcases.com/platform/schema"
)

const (
	shop  = "blunt-cases.myshopify.com"
	order = "gid://shopify/Order/5550001"
)

func TestDerivedIdsAreTheHashTheInventoryDefines(t *testing.T) {
	cases := map[string]struct{ got, hashed string }{
		"mirrored row": {uid.Derive(uid.OrderHeader, shop, order), shop + "|" + order},
		"child":        {uid.DeriveChild(uid.OrderAddress, order, "order_address", "shipping"), order + "|order_address|shipping"},
		"value":        {uid.DeriveValue(uid.ProductTag, shop, "product_tag", "floral"), shop + "|product_tag|floral"},
		"longer than the stack buffer": {
			uid.DeriveValue(uid.ProductTag, shop, "product_tag", strings.Repeat("é", 400)), shop + "|product_tag|" + strings.Repeat("é", 400),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, rest, _ := strings.Cut(c.got, "_")
			require.Equal(t, reference(c.hashed), rest)
		})
	}
}

func TestDerivedIdsNeverChange(t *testing.T) {
	// Written down once: rows of running installations carry these.
	require.Equal(t, "cur_3qsf7560v8hmypwq0574h7vxkd", uid.DeriveValue(uid.Currency, "reference", "currency", "USD"))
	require.Equal(t, "ord_f0ywppnch00e26x2xet89w8vpk", uid.Derive(uid.OrderHeader, shop, order))
}

func TestNativeIdsParseAndGrow(t *testing.T) {
	first, second := uid.New(uid.Principal), uid.New(uid.Principal)
	require.Less(t, first, second)
	prefix, err := uid.Parse(first)
	require.NoError(t, err)
	require.Equal(t, uid.Principal, prefix)
}

func TestParseRefusesWhatIsNoId(t *testing.T) {
	valid := uid.New(uid.Product)
	for name, id := range map[string]string{
		"empty":            "",
		"no prefix":        valid[4:],
		"unknown prefix":   "xyz_" + valid[4:],
		"too short":        valid[:len(valid)-1],
		"too long":         valid + "0",
		"upper case":       strings.ToUpper(valid),
		"letter u":         valid[:len(valid)-1] + "u",
		"prefix alone":     "prd_",
		"other characters": "prd_" + strings.Repeat("é", 13),
		"gid":              order,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := uid.Parse(id)
			require.True(t, fault.Is(err, fault.InvalidInput), "%v", err)
		})
	}
}

func TestAForeignPrefixIsRefusedWithTableColumnAndValue(t *testing.T) {
	customer := uid.New(uid.Customer)
	err := uid.Check(uid.Product, "order_line_item", "product_id", customer)
	require.ErrorContains(t, err, "order_line_item.product_id")
	require.ErrorContains(t, err, customer)
	require.ErrorContains(t, err, "prd_")
	require.NoError(t, uid.Check(uid.Customer, "order_header", "customer_id", customer))
}

func TestRegistryEqualsTheMigrations(t *testing.T) {
	files, err := fs.Glob(schema.Files, "migrations/*.sql")
	require.NoError(t, err)
	form := regexp.MustCompile(`CREATE TABLE ([a-z0-9_]+) \(\n  id +TEXT +CONSTRAINT ([a-z]+_)pkey`)
	seen := 0
	for _, file := range files {
		text, err := fs.ReadFile(schema.Files, file)
		require.NoError(t, err)
		for _, match := range form.FindAllStringSubmatch(string(text), -1) {
			seen++
			prefix, found := uid.Of(match[1])
			require.True(t, found, "no prefix for table %s", match[1])
			require.EqualValues(t, match[2], prefix)
			table, _ := prefix.Table()
			require.Equal(t, match[1], table)
		}
	}
	require.Equal(t, 153, seen)
	_, found := uid.Of("order")
	require.False(t, found)
}

func TestDerivingAllocatesTheIdOnly(t *testing.T) {
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { uid.Derive(uid.OrderHeader, shop, order) }), 1.0)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { uid.DeriveChild(uid.OrderAddress, order, "order_address", "billing") }), 1.0)
}

func BenchmarkDerive(b *testing.B) {
	for b.Loop() {
		uid.Derive(uid.OrderLineItem, shop, order)
	}
}

// reference computes the id's characters by long arithmetic.
func reference(hashed string) string {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	sum := sha256.Sum256([]byte(hashed))
	n := new(big.Int).SetBytes(sum[:])
	n.Rsh(n, 256-130)
	out := make([]byte, 26)
	for i := range out {
		digit := new(big.Int).And(n, big.NewInt(31))
		out[25-i] = alphabet[digit.Int64()]
		n.Rsh(n, 5)
	}
	return string(out)
}
