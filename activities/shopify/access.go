package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/shopify"
)

// visibleOrders is how far back orders can be read without the scope read_all_orders.
const visibleOrders = 60 * 24 * time.Hour

// scopes are the access scopes that an entity's operations need.
var scopes = map[contract.Entity][]string{
	contract.Shop:      {"read_locations"},
	contract.Products:  {"read_products"},
	contract.Customers: {"read_customers"},
	contract.Orders:    {"read_orders", "read_returns"},
}

// CheckAccess finds out what the token may read and refuses, with everything that is missing, what it may not: a sync
// that saw half of the store would look like one that saw all of it.
func (a *Activities) CheckAccess(ctx context.Context, in contract.CheckAccessInput) (contract.Access, error) {
	granted, err := a.shop.Scopes(ctx)
	if err != nil {
		return contract.Access{}, fmt.Errorf("read the granted scopes: %w", err)
	}
	readAll := slices.Contains(granted, shopify.ReadAllOrders)
	var missing []fault.Field
	for _, entity := range append([]contract.Entity{contract.Shop}, in.Entities...) {
		for _, scope := range scopes[entity] {
			if !grants(granted, scope) {
				missing = append(missing, fault.Field{Name: scope, Detail: "is needed to read " + string(entity) + " and was not granted"})
			}
		}
	}
	if slices.Contains(in.Entities, contract.Orders) && !readAll && time.Since(in.Since) > visibleOrders {
		missing = append(missing, fault.Field{Name: shopify.ReadAllOrders, Detail: fmt.Sprintf(
			"is needed to read orders since %s and was not granted: without it Shopify shows the last 60 days only", day(in.Since))})
	}
	if len(missing) > 0 {
		return contract.Access{}, &fault.Fault{Code: fault.MissingScope, Detail: "the Shopify app lacks access", Fields: missing}
	}
	shop, err := a.shop.ReadShop(ctx)
	if err != nil {
		return contract.Access{}, fmt.Errorf("read the shop: %w", err)
	}
	return contract.Access{Shop: shop.Domain, Timezone: shop.Timezone, Scopes: granted, ReadAllOrders: readAll}, nil
}

// FindFirstOrder finds out since when the shop has orders.
func (a *Activities) FindFirstOrder(ctx context.Context, _ contract.FindFirstOrderInput) (contract.FirstOrder, error) {
	created, err := a.shop.FirstOrder(ctx)
	if err != nil {
		return contract.FirstOrder{}, fmt.Errorf("find the first order: %w", err)
	}
	return contract.FirstOrder{Created: created}, nil
}

// grants tells whether the scope was granted, itself or by the write scope that includes it.
func grants(granted []string, scope string) bool {
	return slices.Contains(granted, scope) || slices.Contains(granted, strings.Replace(scope, "read_", "write_", 1))
}

func day(t time.Time) string {
	if t.IsZero() {
		return "the first one"
	}
	return t.UTC().Format(time.DateOnly)
}
