package source

import "time"

// Customer is a root line of bulk_customers; its children are Address lines.
type Customer struct {
	ID        string `json:"id"`
	LegacyID  Count  `json:"legacyResourceId"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     struct {
		Address        string `json:"emailAddress"`
		MarketingState string `json:"marketingState"`
	} `json:"defaultEmailAddress"`
	Phone struct {
		Number string `json:"phoneNumber"`
	} `json:"defaultPhoneNumber"`
	DefaultAddress Ref      `json:"defaultAddress"`
	Locale         string   `json:"locale"`
	Note           string   `json:"note"`
	Tags           []string `json:"tags"`
	State          string   `json:"state"`
	VerifiedEmail  bool     `json:"verifiedEmail"`
	TaxExempt      bool     `json:"taxExempt"`
	NumberOfOrders Count    `json:"numberOfOrders"`
	AmountSpent    Money    `json:"amountSpent"`
	LastOrder      struct {
		ID          string    `json:"id"`
		ProcessedAt time.Time `json:"processedAt"`
	} `json:"lastOrder"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Shop is the answer of shop.graphql.
type Shop struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Domain        string `json:"myshopifyDomain"`
	PrimaryDomain struct {
		Host string `json:"host"`
	} `json:"primaryDomain"`
	ContactEmail string   `json:"contactEmail"`
	CurrencyCode string   `json:"currencyCode"`
	Currencies   []string `json:"enabledPresentmentCurrencies"`
	Address      struct {
		CountryCode string `json:"countryCodeV2"`
	} `json:"shopAddress"`
	Timezone  string    `json:"ianaTimezone"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Location is a node of locations.graphql.
type Location struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Address struct {
		Address1     string `json:"address1"`
		Address2     string `json:"address2"`
		City         string `json:"city"`
		Province     string `json:"province"`
		ProvinceCode string `json:"provinceCode"`
		Zip          string `json:"zip"`
		CountryCode  string `json:"countryCode"`
		Phone        string `json:"phone"`
	} `json:"address"`
	IsActive             bool      `json:"isActive"`
	IsFulfillmentService bool      `json:"isFulfillmentService"`
	ShipsInventory       bool      `json:"shipsInventory"`
	CreatedAt            time.Time `json:"createdAt"`
	UpdatedAt            time.Time `json:"updatedAt"`
}
