package testenv

import (
	"os"
	"path/filepath"
	"testing"
)

// RealOrders is the path of a shop's real orders, a gzipped CSV beside the checkout. Where they are not there the test is
// skipped: they are optional test data.
func RealOrders(t testing.TB) string {
	t.Helper()
	checkout, err := root()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(checkout), "shared", "data", "online-retail.csv.gz")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("there are no real orders: %v", err)
	}
	return path
}

// Long skips a test in continuous integration, whose time is bounded, unless BLUNT_LONG is set.
func Long(t testing.TB, takes string) {
	t.Helper()
	if os.Getenv("CI") != "" && os.Getenv("BLUNT_LONG") == "" {
		t.Skipf("takes %s, which CI leaves out: BLUNT_LONG=1 ./task test -- -run %s", takes, t.Name())
	}
}
