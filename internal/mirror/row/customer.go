package row

import (
	"time"

	"bluntcases.com/platform/internal/money"
)

// Customer is a row of customer, the root of a customer's aggregate.
type Customer struct {
	ID string `col:"id"`
	Mirror
	LegacyID            Opt[int64]   `col:"shopify_legacy_id"`
	Email               string       `col:"email,null"`
	EmailHash           string       `col:"email_hash,null"`
	Phone               string       `col:"phone,null"`
	FirstName           string       `col:"first_name,null"`
	LastName            string       `col:"last_name,null"`
	Locale              string       `col:"locale,null"`
	Note                string       `col:"note,null"`
	TagValues           []string     `col:"tag_values"`
	HasAccount          bool         `col:"has_account"`
	IsVerifiedEmail     bool         `col:"is_verified_email"`
	IsTaxExempt         bool         `col:"is_tax_exempt"`
	EmailMarketingState string       `col:"email_marketing_state"`
	CurrencyCode        string       `col:"currency_code,null"`
	OrderCount          int64        `col:"order_count"`
	TotalSpent          money.Amount `col:"total_spent"`
	LastOrderHeaderID   string       `col:"last_order_header_id,null"`
	LastOrderTS         time.Time    `col:"last_order_ts"`
	Phase               Phase        `col:"status"`
	Annotations         Annotations  `col:"annotations" keys:"digest state marketingState"`
}

// CustomerAddress is a row of customer_address.
type CustomerAddress struct {
	ID string `col:"id"`
	Part
	CustomerID        string `col:"customer_id"`
	FirstName         string `col:"first_name,null"`
	LastName          string `col:"last_name,null"`
	CompanyName       string `col:"company_name,null"`
	Address1          string `col:"address_1,null"`
	Address2          string `col:"address_2,null"`
	City              string `col:"city,null"`
	Province          string `col:"province,null"`
	ProvinceCode      string `col:"province_code,null"`
	PostalCode        string `col:"postal_code,null"`
	CountryCode       string `col:"country_code,null"`
	Phone             string `col:"phone,null"`
	IsDefaultShipping bool   `col:"is_default_shipping"`
	IsDefaultBilling  bool   `col:"is_default_billing"`
}

// Store is a row of store: the Shopify shop.
type Store struct {
	ID string `col:"id"`
	Mirror
	Name                   string   `col:"name"`
	ShopDomain             string   `col:"shop_domain"`
	PrimaryDomain          string   `col:"primary_domain,null"`
	ContactEmail           string   `col:"contact_email,null"`
	DefaultCurrencyCode    string   `col:"default_currency_code"`
	SupportedCurrencyCodes []string `col:"supported_currency_codes"`
	CountryCode            string   `col:"country_code,null"`
	IANATimezone           string   `col:"iana_timezone"`
}

// StockLocation is a row of stock_location.
type StockLocation struct {
	ID string `col:"id"`
	Mirror
	Name                 string `col:"name"`
	Address1             string `col:"address_1,null"`
	Address2             string `col:"address_2,null"`
	City                 string `col:"city,null"`
	Province             string `col:"province,null"`
	ProvinceCode         string `col:"province_code,null"`
	PostalCode           string `col:"postal_code,null"`
	CountryCode          string `col:"country_code,null"`
	Phone                string `col:"phone,null"`
	IsActive             bool   `col:"is_active"`
	IsFulfillmentService bool   `col:"is_fulfillment_service"`
	ShipsInventory       bool   `col:"ships_inventory"`
}

// SalesChannel is a row of sales_channel, as far as an order tells of it.
type SalesChannel struct {
	ID string `col:"id"`
	Part
	Name        string `col:"name"`
	Code        string `col:"code,null"`
	ChannelKind string `col:"channel_kind"`
}

// Outbox is a row of runtime.telemetry_outbox: one stream message.
type Outbox struct {
	ID         string `col:"id"`
	Stream     string `col:"stream"`
	Subject    string `col:"subject"`
	Payload    []byte `col:"payload"`
	EventCount int32  `col:"event_count"`
	RunID      string `col:"run_id"`
}
