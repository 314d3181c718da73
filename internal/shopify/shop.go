package shopify

import (
	"context"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/fault"
)

// RequiredScopes are the access scopes that the mirror needs. read_all_orders stands apart: without it Shopify shows
// the last 60 days of orders only.
var RequiredScopes = []string{
	"read_customers", "read_locations", "read_orders", "read_products", "read_returns",
}

// ReadAllOrders is the scope that shows orders older than 60 days.
const ReadAllOrders = "read_all_orders"

// Scopes are the access scopes that were granted to the token, sorted.
func (c *Client) Scopes(ctx context.Context) ([]string, error) {
	var out struct {
		Installation struct {
			Scopes []struct {
				Handle string `json:"handle"`
			} `json:"accessScopes"`
		} `json:"currentAppInstallation"`
	}
	if err := c.do(ctx, opAccessScopes, nil, &out); err != nil {
		return nil, err
	}
	scopes := make([]string, 0, len(out.Installation.Scopes))
	for _, scope := range out.Installation.Scopes {
		scopes = append(scopes, scope.Handle)
	}
	slices.Sort(scopes)
	return scopes, nil
}

// Shop is the shop: the object as Shopify sent it, on one line, and what the platform itself needs of it.
type Shop struct {
	Raw      jsontext.Value `json:"-"`
	ID       string         `json:"id"`
	Domain   string         `json:"myshopifyDomain"`
	Currency string         `json:"currencyCode"`
	Timezone string         `json:"ianaTimezone"`
}

// ReadShop reads the shop. It refuses a shop other than the one that the client was made for: two shops would become
// one in the mirror.
func (c *Client) ReadShop(ctx context.Context) (Shop, error) {
	var out struct {
		Shop jsontext.Value `json:"shop"`
	}
	if err := c.do(ctx, opShop, nil, &out); err != nil {
		return Shop{}, err
	}
	var shop Shop
	if err := json.Unmarshal(out.Shop, &shop); err != nil {
		return Shop{}, fault.Wrap(fault.ShopifyRejected, err, "the shop has another shape than the operation")
	}
	if shop.Domain != c.shop {
		return Shop{}, fault.New(fault.ShopifyDenied, "the token belongs to the shop %s and not to %s", shop.Domain, c.shop)
	}
	if err := out.Shop.Compact(); err != nil {
		return Shop{}, fault.Wrap(fault.ShopifyRejected, err, "the shop is not JSON")
	}
	shop.Raw = out.Shop
	return shop, nil
}

// FirstOrder is when the oldest order that the token sees was created; zero where there is none.
func (c *Client) FirstOrder(ctx context.Context) (time.Time, error) {
	var out struct {
		Orders struct {
			Nodes []struct {
				Created time.Time `json:"createdAt"`
			} `json:"nodes"`
		} `json:"orders"`
	}
	if err := c.do(ctx, opFirstOrder, nil, &out); err != nil || len(out.Orders.Nodes) == 0 {
		return time.Time{}, err
	}
	return out.Orders.Nodes[0].Created.UTC(), nil
}

const locationsPage = 100

// Locations yields every location of the shop, inactive ones among them, each as one line of JSON.
func (c *Client) Locations(ctx context.Context, visit func(jsontext.Value) error) error {
	variables := map[string]any{"first": locationsPage}
	for {
		var out struct {
			Locations struct {
				Nodes    []jsontext.Value `json:"nodes"`
				PageInfo pageInfo         `json:"pageInfo"`
			} `json:"locations"`
		}
		if err := c.do(ctx, opLocations, variables, &out); err != nil {
			return err
		}
		for _, location := range out.Locations.Nodes {
			if err := location.Compact(); err != nil {
				return fault.Wrap(fault.ShopifyRejected, err, "a location is not JSON")
			}
			if err := visit(location); err != nil {
				return err
			}
		}
		if !out.Locations.PageInfo.HasNextPage {
			return nil
		}
		variables["after"] = out.Locations.PageInfo.EndCursor
	}
}
