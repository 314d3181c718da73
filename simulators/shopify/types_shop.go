package shopify

import (
	"strings"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineShop(r *graph.Registry) {
	r.Define("Shop", []string{"Node"},
		graph.Scalar("id", func(s *store.Shop) any { return store.GID("Shop", s.ID) }),
		graph.Scalar("name", func(s *store.Shop) any { return s.Name }),
		graph.Scalar("myshopifyDomain", func(s *store.Shop) any { return s.Domain }),
		graph.Object("primaryDomain", "Domain", func(_ *graph.Call, s *store.Shop) any { return domain(s.PrimaryDomain) }),
		graph.Scalar("url", func(s *store.Shop) any { return s.PrimaryDomain }),
		graph.Scalar("email", func(s *store.Shop) any { return s.Email }),
		graph.Scalar("contactEmail", func(s *store.Shop) any { return s.ContactEmail }),
		graph.Scalar("shopOwnerName", func(s *store.Shop) any { return s.Owner }),
		graph.Scalar("currencyCode", func(s *store.Shop) any { return s.Currency }),
		graph.Scalar("enabledPresentmentCurrencies", func(s *store.Shop) any { return s.Currencies }),
		graph.Object("shopAddress", "ShopAddress", func(_ *graph.Call, s *store.Shop) any { return &s.Address }),
		graph.Scalar("ianaTimezone", func(s *store.Shop) any { return s.Timezone }),
		graph.Scalar("taxesIncluded", func(s *store.Shop) any { return s.TaxesIncluded }),
		graph.Scalar("createdAt", func(s *store.Shop) any { return s.Created }),
		graph.Scalar("updatedAt", func(s *store.Shop) any { return s.Updated }),
	)
	r.Define("Domain", nil,
		graph.Scalar("id", func(domain) any { return store.GID("Domain", 1) }),
		graph.Scalar("url", func(d domain) any { return string(d) }),
		graph.Scalar("host", func(d domain) any { return strings.TrimPrefix(string(d), "https://") }),
		graph.Scalar("sslEnabled", func(domain) any { return true }),
	)
	r.Define("ShopAddress", nil, append(addressFields(),
		graph.Scalar("id", func(*store.Address) any { return store.GID("ShopAddress", 1) }),
		graph.Scalar("company", func(a *store.Address) any { return orNil(a.Company) }),
		graph.Scalar("countryCodeV2", func(a *store.Address) any { return orNil(a.CountryCode) }),
	)...)
	r.Define("Location", []string{"Node"},
		graph.Scalar("id", func(l *store.Location) any { return store.GID("Location", l.ID) }),
		graph.Scalar("name", func(l *store.Location) any { return l.Name }),
		graph.Object("address", "LocationAddress", func(_ *graph.Call, l *store.Location) any { return &l.Address }),
		graph.Scalar("isActive", func(*store.Location) any { return true }),
		graph.Scalar("isFulfillmentService", func(*store.Location) any { return false }),
		graph.Scalar("isPrimary", func(l *store.Location) any { return l.Primary }),
		graph.Scalar("shipsInventory", func(*store.Location) any { return true }),
		graph.Scalar("fulfillsOnlineOrders", func(*store.Location) any { return true }),
		graph.Scalar("createdAt", func(l *store.Location) any { return l.Created }),
		graph.Scalar("updatedAt", func(l *store.Location) any { return l.Updated }),
	)
	r.Define("LocationAddress", nil, append(addressFields(),
		graph.Scalar("countryCode", func(a *store.Address) any { return orNil(a.CountryCode) }),
	)...)
	r.Define("AppInstallation", nil,
		graph.Scalar("id", func(*client) any { return store.GID("AppInstallation", 1) }),
		graph.ListOf("accessScopes", "AccessScope", func(c *graph.Call, _ *client) graph.List {
			var scopes []scope
			for _, s := range from(c).server.scopes() {
				scopes = append(scopes, scope(s))
			}
			return graph.Values(scopes)
		}),
	)
	r.Define("AccessScope", nil,
		graph.Scalar("handle", func(s scope) any { return string(s) }),
		graph.Scalar("description", func(s scope) any { return strings.ReplaceAll(string(s), "_", " ") }),
	)
	r.Define("BasicEvent", []string{"Event", "Node"},
		graph.Scalar("id", func(d *store.Destruction) any { return store.GID("BasicEvent", d.ID) }),
		graph.Scalar("action", func(*store.Destruction) any { return "destroy" }),
		graph.Scalar("createdAt", func(d *store.Destruction) any { return d.At }),
		graph.Scalar("message", func(d *store.Destruction) any { return d.Kind + " was deleted." }),
		graph.Scalar("subjectId", func(d *store.Destruction) any { return store.GID(d.Kind, d.Subject) }),
		graph.Scalar("subjectType", func(d *store.Destruction) any { return strings.ToUpper(d.Kind) }),
		graph.Scalar("appTitle", func(*store.Destruction) any { return nil }),
	)
}
