package store

// Shop is the store itself.
type Shop struct {
	ID                  int64
	Name, Domain        string
	PrimaryDomain       string
	Email, ContactEmail string
	Owner               string
	Currency            string
	Currencies          []string
	Country             string
	Timezone            string
	Address             Address
	Created, Updated    Instant
	TaxesIncluded       bool
}

// Location is a place that stock is kept at and shipped from.
type Location struct {
	ID               int64
	Name             string
	Address          Address
	Primary          bool
	Created, Updated Instant
}

// Product is a design, sold in variants.
type Product struct {
	ID               int64
	Title, Handle    string
	Description      string
	Vendor, Type     string
	Status           string
	Category         string // a taxonomy node's id, "" = none
	Tags             []string
	Options          []Option
	Variants         []Variant
	Media            []Image
	Collections      []int64
	GiftCard         bool
	Published        Instant
	Created, Updated Instant
	Revision         Revision
}

// Option is an axis on which the variants differ.
type Option struct {
	Name   string
	Values []OptionValue
}

// OptionValue is one value on an axis; Color is its swatch ("" = none).
type OptionValue struct {
	Name, Color string
}

// Variant is what is bought.
type Variant struct {
	ID               int64
	Product          *Product
	Position         int
	Title            string
	SKU, Barcode     string
	Choice           []int // index of the value on each option
	Price            Amount
	CompareAt        Amount // 0 = none
	Inventory        int
	Policy           string
	Image            int // index in Product.Media, -1 = none
	Created, Updated Instant
}

// Image is a picture of a product.
type Image struct {
	ID            int64
	Alt, URL      string
	Width, Height int
	MIME          string
	Created       Instant
}

// Collection groups products.
type Collection struct {
	ID            int64
	Title, Handle string
	Description   string
	SortOrder     string
	RuleTag       string // a smart collection's condition (tag equals), "" = manual
	Updated       Instant
}

// Customer is somebody with an account or an address on file.
type Customer struct {
	ID                  int64
	First, Last         string
	Email, Phone        string
	Locale, Note, State string
	Marketing           string
	Tags                []string
	Verified, TaxExempt bool
	Addresses           []Address
	Orders              int
	Spent               Amount
	LastOrder           int64
	Created, Updated    Instant
	Revision            Revision
}

// Address is a postal address.
type Address struct {
	ID                      int64
	First, Last, Company    string
	Line1, Line2, City, Zip string
	Province, ProvinceCode  string
	Country, CountryCode    string
	Phone                   string
	Latitude, Longitude     float64
	CoordinatesAreValidated bool
}

// Revision remembers an object's last edit, for the search index that lags
// behind: a search within the lag sees the object as it was before.
type Revision struct {
	At     Instant // when the edit was made; 0 = never edited
	Before Instant // the update time before it; 0 = the edit made the object
}

// Destruction is the event that a deleted object leaves behind.
type Destruction struct {
	ID      int64
	Kind    string // "Order", "Product"
	Subject int64
	At      Instant
}

// clone copies a product so that it can be changed.
func (p *Product) clone() *Product {
	c := *p
	c.Variants = append([]Variant(nil), p.Variants...)
	for i := range c.Variants {
		c.Variants[i].Product = &c
	}
	c.Tags = append([]string(nil), p.Tags...)
	return &c
}
