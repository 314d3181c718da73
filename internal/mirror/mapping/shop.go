package mapping

import (
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/uid"
)

// Store maps the shop.
func Store(s *source.Shop) row.Store {
	timezone := s.Timezone
	if timezone == "" {
		timezone = "UTC"
	}
	return row.Store{
		ID:                     uid.Derive(uid.Store, s.Domain, s.ID),
		Mirror:                 row.Mirror{GID: s.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
		Name:                   s.Name,
		ShopDomain:             s.Domain,
		PrimaryDomain:          s.PrimaryDomain.Host,
		ContactEmail:           s.ContactEmail,
		DefaultCurrencyCode:    s.CurrencyCode,
		SupportedCurrencyCodes: s.Currencies,
		CountryCode:            s.Address.CountryCode,
		IANATimezone:           timezone,
	}
}

// Location maps a location of the shop.
func Location(shop string, s *source.Location) row.StockLocation {
	return row.StockLocation{
		ID:                   uid.Derive(uid.StockLocation, shop, s.ID),
		Mirror:               row.Mirror{GID: s.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
		Name:                 s.Name,
		Address1:             s.Address.Address1,
		Address2:             s.Address.Address2,
		City:                 s.Address.City,
		Province:             s.Address.Province,
		ProvinceCode:         s.Address.ProvinceCode,
		PostalCode:           s.Address.Zip,
		CountryCode:          s.Address.CountryCode,
		Phone:                s.Address.Phone,
		IsActive:             s.IsActive,
		IsFulfillmentService: s.IsFulfillmentService,
		ShipsInventory:       s.ShipsInventory,
	}
}
