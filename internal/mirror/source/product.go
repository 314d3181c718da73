package source

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Product is a root line of bulk_products.
type Product struct {
	ID              string   `json:"id"`
	LegacyID        Count    `json:"legacyResourceId"`
	Title           string   `json:"title"`
	Handle          string   `json:"handle"`
	Description     string   `json:"description"`
	DescriptionHTML string   `json:"descriptionHtml"`
	Vendor          string   `json:"vendor"`
	Status          string   `json:"status"`
	ProductType     string   `json:"productType"`
	Category        Ref      `json:"category"`
	Tags            []string `json:"tags"`
	FeaturedMedia   struct {
		Preview Preview `json:"preview"`
	} `json:"featuredMedia"`
	OnlineStoreURL        string         `json:"onlineStoreUrl"`
	SEO                   jsontext.Value `json:"seo"`
	IsGiftCard            bool           `json:"isGiftCard"`
	HasOnlyDefaultVariant bool           `json:"hasOnlyDefaultVariant"`
	PriceRange            struct {
		Min Money `json:"minVariantPrice"`
		Max Money `json:"maxVariantPrice"`
	} `json:"priceRangeV2"`
	TotalInventory *int32 `json:"totalInventory"`
	VariantsCount  struct {
		Count int64 `json:"count"`
	} `json:"variantsCount"`
	PublishedAt time.Time `json:"publishedAt"`
	CreatedAt   time.Time `json:"createdAt"`
	UpdatedAt   time.Time `json:"updatedAt"`
	Options     []Option  `json:"options"`
}

// Preview is a medium's preview image.
type Preview struct {
	Image Image `json:"image"`
}

// Option is an option axis of a product.
type Option struct {
	ID              string         `json:"id"`
	Name            string         `json:"name"`
	Position        int32          `json:"position"`
	LinkedMetafield jsontext.Value `json:"linkedMetafield"`
	Values          []struct {
		ID     string         `json:"id"`
		Name   string         `json:"name"`
		Swatch jsontext.Value `json:"swatch"`
	} `json:"optionValues"`
}

// Variant is a child line of a product.
type Variant struct {
	ID                string        `json:"id"`
	LegacyID          Count         `json:"legacyResourceId"`
	Title             string        `json:"title"`
	SKU               string        `json:"sku"`
	Barcode           string        `json:"barcode"`
	Position          int32         `json:"position"`
	Price             string        `json:"price"`
	CompareAtPrice    string        `json:"compareAtPrice"`
	InventoryPolicy   string        `json:"inventoryPolicy"`
	InventoryQuantity *int32        `json:"inventoryQuantity"`
	AvailableForSale  bool          `json:"availableForSale"`
	Taxable           bool          `json:"taxable"`
	SelectedOptions   []Selected    `json:"selectedOptions"`
	InventoryItem     InventoryItem `json:"inventoryItem"`
	CreatedAt         time.Time     `json:"createdAt"`
	UpdatedAt         time.Time     `json:"updatedAt"`
}

// Selected is a variant's value on an option axis, by names.
type Selected struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// InventoryItem is a variant's stock-keeping item.
type InventoryItem struct {
	ID               string `json:"id"`
	SKU              string `json:"sku"`
	Tracked          bool   `json:"tracked"`
	RequiresShipping bool   `json:"requiresShipping"`
	CountryCode      string `json:"countryCodeOfOrigin"`
	HSCode           string `json:"harmonizedSystemCode"`
	Measurement      struct {
		Weight struct {
			Value Number `json:"value"`
			Unit  string `json:"unit"`
		} `json:"weight"`
	} `json:"measurement"`
	UnitCost  Money     `json:"unitCost"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Media is a child line of a product.
type Media struct {
	ID          string  `json:"id"`
	Alt         string  `json:"alt"`
	ContentType string  `json:"mediaContentType"`
	Status      string  `json:"status"`
	MimeType    string  `json:"mimeType"`
	Image       Image   `json:"image"`
	Preview     Preview `json:"preview"`
}

// Collection is a child line of a product; it comes again under each of its products.
type Collection struct {
	ID        string         `json:"id"`
	Title     string         `json:"title"`
	Handle    string         `json:"handle"`
	SortOrder string         `json:"sortOrder"`
	RuleSet   jsontext.Value `json:"ruleSet"`
	UpdatedAt time.Time      `json:"updatedAt"`
}
