package shopify

import (
	"strconv"
	"strings"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineCustomers(r *graph.Registry) {
	fields := []*graph.Field{
		graph.Scalar("id", func(c *store.Customer) any { return store.GID("Customer", c.ID) }),
		graph.Scalar("legacyResourceId", func(c *store.Customer) any { return strconv.FormatInt(c.ID, 10) }),
		graph.Scalar("firstName", func(c *store.Customer) any { return orNil(c.First) }),
		graph.Scalar("lastName", func(c *store.Customer) any { return orNil(c.Last) }),
		graph.Scalar("displayName", func(c *store.Customer) any { return strings.TrimSpace(c.First + " " + c.Last) }),
		graph.Object("defaultEmailAddress", "CustomerEmailAddress", func(_ *graph.Call, c *store.Customer) any {
			if c.Email == "" {
				return nil
			}
			return email{c}
		}),
		graph.Object("defaultPhoneNumber", "CustomerPhoneNumber", func(_ *graph.Call, c *store.Customer) any {
			if c.Phone == "" {
				return nil
			}
			return phone(c.Phone)
		}),
		graph.Object("defaultAddress", "MailingAddress", func(_ *graph.Call, c *store.Customer) any {
			if len(c.Addresses) == 0 {
				return nil
			}
			return &c.Addresses[0]
		}),
		graph.Edges("addressesV2", "MailingAddress", func(_ *graph.Call, c *store.Customer) graph.List { return graph.Of(c.Addresses) }),
		graph.Scalar("locale", func(c *store.Customer) any { return c.Locale }),
		graph.Scalar("note", func(c *store.Customer) any { return orNil(c.Note) }),
		graph.Scalar("tags", func(c *store.Customer) any { return stringList(c.Tags) }),
		graph.Scalar("state", func(c *store.Customer) any { return c.State }),
		graph.Scalar("verifiedEmail", func(c *store.Customer) any { return c.Verified }),
		graph.Scalar("taxExempt", func(c *store.Customer) any { return c.TaxExempt }),
		graph.Scalar("numberOfOrders", func(c *store.Customer) any { return strconv.Itoa(c.Orders) }),
		graph.Object("amountSpent", "MoneyV2", func(c *graph.Call, of *store.Customer) any {
			return money{of.Spent, from(c).snap.Shop.Currency}
		}),
		graph.Object("lastOrder", "Order", func(c *graph.Call, of *store.Customer) any { return pointer(from(c).snap.Order(of.LastOrder)) }).Needs("read_orders"),
		graph.Scalar("createdAt", func(c *store.Customer) any { return c.Created }),
		graph.Scalar("updatedAt", func(c *store.Customer) any { return c.Updated }),
	}
	r.Define("Customer", []string{"Node", "HasMetafields"},
		append(fields, metafieldFields[*store.Customer]("Customer", func(c *store.Customer) int64 { return c.ID })...)...)
	r.Define("CustomerEmailAddress", nil,
		graph.Scalar("emailAddress", func(e email) any { return e.customer.Email }),
		graph.Scalar("marketingState", func(e email) any { return e.customer.Marketing }),
		graph.Scalar("validFormat", func(email) any { return true }),
	)
	r.Define("CustomerPhoneNumber", nil,
		graph.Scalar("phoneNumber", func(p phone) any { return string(p) }),
	)
	r.Define("MailingAddress", []string{"Node"}, append(addressFields(),
		graph.Scalar("id", func(a *store.Address) any { return store.GID("MailingAddress", a.ID) + "?model_name=CustomerAddress" }),
		graph.Scalar("firstName", func(a *store.Address) any { return orNil(a.First) }),
		graph.Scalar("lastName", func(a *store.Address) any { return orNil(a.Last) }),
		graph.Scalar("name", func(a *store.Address) any { return orNil(strings.TrimSpace(a.First + " " + a.Last)) }),
		graph.Scalar("company", func(a *store.Address) any { return orNil(a.Company) }),
		graph.Scalar("countryCodeV2", func(a *store.Address) any { return orNil(a.CountryCode) }),
		graph.Scalar("coordinatesValidated", func(a *store.Address) any { return a.CoordinatesAreValidated }),
	)...)
}

// addressFields are those of any postal address.
func addressFields() []*graph.Field {
	coordinate := func(f float64) any {
		if f == 0 {
			return nil
		}
		return f
	}
	return []*graph.Field{
		graph.Scalar("address1", func(a *store.Address) any { return orNil(a.Line1) }),
		graph.Scalar("address2", func(a *store.Address) any { return orNil(a.Line2) }),
		graph.Scalar("city", func(a *store.Address) any { return orNil(a.City) }),
		graph.Scalar("zip", func(a *store.Address) any { return orNil(a.Zip) }),
		graph.Scalar("province", func(a *store.Address) any { return orNil(a.Province) }),
		graph.Scalar("provinceCode", func(a *store.Address) any { return orNil(a.ProvinceCode) }),
		graph.Scalar("country", func(a *store.Address) any { return orNil(a.Country) }),
		graph.Scalar("phone", func(a *store.Address) any { return orNil(a.Phone) }),
		graph.Scalar("latitude", func(a *store.Address) any { return coordinate(a.Latitude) }),
		graph.Scalar("longitude", func(a *store.Address) any { return coordinate(a.Longitude) }),
	}
}
