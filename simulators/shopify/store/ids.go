package store

import (
	"fmt"
	"strconv"
	"strings"
)

// Numeric ids. A child's id holds its parent's, so that the parent of any node
// is found without an index: an order has at most 4,095 children of a kind, and
// a child as many of its own.
const (
	firstShop       = 61_000_001
	firstLocation   = 65_000_001
	firstCollection = 300_000_001
	firstCustomer   = 5_200_000_001
	firstOrder      = 6_000_000_001
	firstProduct    = 7_100_000_001
	fanOut          = 4096
)

// Child gives the id of a parent's nth child.
func Child(parent int64, n int) int64 { return parent*fanOut + int64(n) + 1 }

// ParentOf takes a child's id apart.
func ParentOf(child int64) (parent int64, n int) {
	return (child - 1) / fanOut, int((child - 1) % fanOut)
}

// GID writes a global id ("gid://shopify/Order/1").
func GID(kind string, id int64) string {
	return "gid://shopify/" + kind + "/" + strconv.FormatInt(id, 10)
}

// ParseGID takes a global id apart.
func ParseGID(gid string) (kind string, id int64, err error) {
	rest, ok := strings.CutPrefix(gid, "gid://shopify/")
	if !ok {
		return "", 0, fmt.Errorf("invalid global id %q", gid)
	}
	kind, digits, _ := strings.Cut(rest, "/")
	digits, _, _ = strings.Cut(digits, "?")
	id, err = strconv.ParseInt(digits, 10, 64)
	if err != nil || kind == "" {
		return "", 0, fmt.Errorf("invalid global id %q", gid)
	}
	return kind, id, nil
}
