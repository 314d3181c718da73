package row

import (
	"time"

	"bluntcases.com/platform/internal/money"
)

// Product is a row of product, the root of a product's aggregate.
type Product struct {
	ID string `col:"id"`
	Mirror
	StoreID               string       `col:"store_id"`
	LegacyID              Opt[int64]   `col:"shopify_legacy_id"`
	Title                 string       `col:"title"`
	Handle                string       `col:"handle"`
	Description           string       `col:"description,null"`
	DescriptionHTML       string       `col:"description_html,null"`
	Vendor                string       `col:"vendor,null"`
	ProductTypeID         string       `col:"product_type_id,null"`
	TagValues             []string     `col:"tag_values"`
	TaxonomyGID           string       `col:"taxonomy_gid,null"`
	FeaturedImageURL      string       `col:"featured_image_url,null"`
	OnlineStoreURL        string       `col:"online_store_url,null"`
	SEO                   Object       `col:"seo"`
	CurrencyCode          string       `col:"currency_code,null"`
	MinPrice              money.Amount `col:"min_price"`
	MaxPrice              money.Amount `col:"max_price"`
	TotalInventory        Opt[int32]   `col:"total_inventory"`
	VariantCount          int64        `col:"variant_count"`
	IsGiftCard            bool         `col:"is_gift_card"`
	HasOnlyDefaultVariant bool         `col:"has_only_default_variant"`
	PublishTS             time.Time    `col:"publish_ts"`
	Phase                 Phase        `col:"status"`
	Annotations           Annotations  `col:"annotations" keys:"digest status"`
}

// ProductVariant is a row of product_variant.
type ProductVariant struct {
	ID string `col:"id"`
	Mirror
	ProductID          string       `col:"product_id"`
	LegacyID           Opt[int64]   `col:"shopify_legacy_id"`
	Title              string       `col:"title"`
	SKU                string       `col:"sku,null"`
	Barcode            string       `col:"barcode,null"`
	Position           int32        `col:"position"`
	Price              money.Amount `col:"price"`
	CompareAtPrice     money.Amount `col:"compare_at_price"`
	CurrencyCode       string       `col:"currency_code,null"`
	InventoryPolicy    string       `col:"inventory_policy"`
	InventoryQuantity  Opt[int32]   `col:"inventory_quantity"`
	IsInventoryManaged bool         `col:"is_inventory_managed"`
	IsBackorderAllowed bool         `col:"is_backorder_allowed"`
	IsAvailableForSale bool         `col:"is_available_for_sale"`
	IsTaxable          bool         `col:"is_taxable"`
	RequiresShipping   bool         `col:"requires_shipping"`
	OptionValues       Object       `col:"option_values"`
	OriginCountryCode  string       `col:"origin_country_code,null"`
	HSCode             string       `col:"hs_code,null"`
	Weight             Decimal      `col:"weight"`
	Annotations        Annotations  `col:"annotations" keys:"inventoryPolicy"`
}

// ProductOption is a row of product_option.
type ProductOption struct {
	ID string `col:"id"`
	Part
	ProductID       string `col:"product_id"`
	Name            string `col:"name"`
	Position        int32  `col:"position"`
	LinkedMetafield JSON   `col:"linked_metafield"`
}

// ProductOptionValue is a row of product_option_value.
type ProductOptionValue struct {
	ID string `col:"id"`
	Part
	ProductOptionID string `col:"product_option_id"`
	Value           string `col:"value"`
	Position        int32  `col:"position"`
	Swatch          JSON   `col:"swatch"`
}

// ProductVariantOption is a row of product_variant_option.
type ProductVariantOption struct {
	ID                   string `col:"id"`
	ProductVariantID     string `col:"product_variant_id"`
	ProductOptionID      string `col:"product_option_id"`
	ProductOptionValueID string `col:"product_option_value_id"`
}

// ProductImage is a row of product_image.
type ProductImage struct {
	ID string `col:"id"`
	Part
	ProductID   string      `col:"product_id"`
	URL         string      `col:"url"`
	AltText     string      `col:"alt_text,null"`
	Position    int32       `col:"position"`
	MediaKind   string      `col:"media_kind"`
	MediaStatus string      `col:"media_status"`
	MimeType    string      `col:"mime_type,null"`
	Width       Opt[int32]  `col:"width"`
	Height      Opt[int32]  `col:"height"`
	Annotations Annotations `col:"annotations" keys:"mediaContentType status"`
}

// ProductCollection is a row of product_collection. Several products bring it.
type ProductCollection struct {
	ID string `col:"id"`
	Mirror
	Title          string `col:"title"`
	Handle         string `col:"handle"`
	CollectionKind string `col:"collection_kind"`
	RuleSet        JSON   `col:"rule_set"`
	SortOrder      string `col:"sort_order,null"`
}

// InventoryItem is a row of inventory_item. Several variants may bring it.
type InventoryItem struct {
	ID string `col:"id"`
	Mirror
	SKU               string       `col:"sku,null"`
	RequiresShipping  bool         `col:"requires_shipping"`
	IsTracked         bool         `col:"is_tracked"`
	OriginCountryCode string       `col:"origin_country_code,null"`
	HSCode            string       `col:"hs_code,null"`
	Weight            Decimal      `col:"weight"`
	CurrencyCode      string       `col:"currency_code,null"`
	UnitCost          money.Amount `col:"unit_cost"`
}

// LinkProductProductTag is a row of link_product_product_tag.
type LinkProductProductTag struct {
	ID           string `col:"id"`
	ProductID    string `col:"product_id"`
	ProductTagID string `col:"product_tag_id"`
}

// LinkProductProductCollection is a row of link_product_product_collection.
type LinkProductProductCollection struct {
	ID                  string `col:"id"`
	ProductID           string `col:"product_id"`
	ProductCollectionID string `col:"product_collection_id"`
}

// LinkProductVariantInventoryItem is a row of link_product_variant_inventory_item.
type LinkProductVariantInventoryItem struct {
	ID               string `col:"id"`
	ProductVariantID string `col:"product_variant_id"`
	InventoryItemID  string `col:"inventory_item_id"`
}
