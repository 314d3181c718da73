package shopify

import (
	"fmt"
	"strconv"
	"strings"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineProducts(r *graph.Registry) {
	fields := []*graph.Field{
		graph.Scalar("id", func(p *store.Product) any { return store.GID("Product", p.ID) }),
		graph.Scalar("legacyResourceId", func(p *store.Product) any { return strconv.FormatInt(p.ID, 10) }),
		graph.Scalar("title", func(p *store.Product) any { return p.Title }),
		graph.Scalar("handle", func(p *store.Product) any { return p.Handle }),
		graph.Scalar("description", func(p *store.Product) any { return p.Description }),
		graph.Scalar("descriptionHtml", func(p *store.Product) any {
			if p.Description == "" {
				return ""
			}
			return "<p>" + p.Description + "</p>"
		}),
		graph.Scalar("vendor", func(p *store.Product) any { return p.Vendor }),
		graph.Scalar("status", func(p *store.Product) any { return p.Status }),
		graph.Scalar("productType", func(p *store.Product) any { return p.Type }),
		graph.Object("category", "TaxonomyCategory", func(_ *graph.Call, p *store.Product) any {
			if p.Category == "" {
				return nil
			}
			return taxonomy(p.Category)
		}),
		graph.Scalar("tags", func(p *store.Product) any { return stringList(p.Tags) }),
		graph.Object("featuredMedia", "Media", func(_ *graph.Call, p *store.Product) any {
			if len(p.Media) == 0 {
				return nil
			}
			return &p.Media[0]
		}),
		graph.Scalar("onlineStoreUrl", func(p *store.Product) any {
			if p.Published == 0 || p.Status != "ACTIVE" {
				return nil
			}
			return "https://bluntcases.com/products/" + p.Handle
		}),
		graph.Object("seo", "SEO", func(_ *graph.Call, p *store.Product) any { return seo{p} }),
		graph.Scalar("isGiftCard", func(p *store.Product) any { return p.GiftCard }),
		graph.Scalar("hasOnlyDefaultVariant", func(p *store.Product) any { return len(p.Variants) == 1 && p.Variants[0].Title == "Default Title" }),
		graph.Object("priceRangeV2", "ProductPriceRangeV2", func(c *graph.Call, p *store.Product) any {
			low, high := p.Variants[0].Price, p.Variants[0].Price
			for i := range p.Variants {
				low, high = min(low, p.Variants[i].Price), max(high, p.Variants[i].Price)
			}
			currency := from(c).snap.Shop.Currency
			return priceRange{money{low, currency}, money{high, currency}}
		}),
		graph.Scalar("totalInventory", func(p *store.Product) any {
			total := 0
			for i := range p.Variants {
				total += p.Variants[i].Inventory
			}
			return total
		}),
		graph.Object("variantsCount", "Count", func(_ *graph.Call, p *store.Product) any { return count(len(p.Variants)) }),
		graph.Object("mediaCount", "Count", func(_ *graph.Call, p *store.Product) any { return count(len(p.Media)) }),
		graph.Scalar("publishedAt", func(p *store.Product) any { return instant(p.Published) }),
		graph.Scalar("createdAt", func(p *store.Product) any { return p.Created }),
		graph.Scalar("updatedAt", func(p *store.Product) any { return p.Updated }),
		graph.ListOf("options", "ProductOption", func(c *graph.Call, p *store.Product) graph.List {
			return first(c, indexed{len(p.Options), func(i int) any { return option{p, i} }})
		}, "first"),
		graph.Edges("variants", "ProductVariant", func(_ *graph.Call, p *store.Product) graph.List { return graph.Of(p.Variants) }),
		graph.Edges("media", "Media", func(_ *graph.Call, p *store.Product) graph.List { return graph.Of(p.Media) }),
		graph.Edges("collections", "Collection", func(c *graph.Call, p *store.Product) graph.List {
			snap := from(c).snap
			return indexed{len(p.Collections), func(i int) any { return snap.Collection(p.Collections[i]) }}
		}),
	}
	r.Define("Product", []string{"Node", "HasMetafields"},
		append(fields, metafieldFields[*store.Product]("Product", func(p *store.Product) int64 { return p.ID })...)...)
	r.Define("TaxonomyCategory", nil,
		graph.Scalar("id", func(t taxonomy) any { return "gid://shopify/TaxonomyCategory/" + string(t) }),
		graph.Scalar("name", func(taxonomy) any { return "Mobile Phone Cases" }),
	)
	r.Define("SEO", nil,
		graph.Scalar("title", func(s seo) any { return orNil(s.product.Title) }),
		graph.Scalar("description", func(s seo) any { return orNil(s.product.Description) }),
	)
	r.Define("ProductPriceRangeV2", nil,
		graph.Object("minVariantPrice", "MoneyV2", func(_ *graph.Call, p priceRange) any { return p.low }),
		graph.Object("maxVariantPrice", "MoneyV2", func(_ *graph.Call, p priceRange) any { return p.high }),
	)
	r.Define("Count", nil,
		graph.Scalar("count", func(n count) any { return int(n) }),
		graph.Scalar("precision", func(count) any { return "EXACT" }),
	)
	defineOptions(r)
	defineVariants(r)
	defineMedia(r)
	defineCollections(r)
}

func defineOptions(r *graph.Registry) {
	r.Define("ProductOption", nil,
		graph.Scalar("id", func(o option) any { return store.GID("ProductOption", store.Child(o.product.ID, o.i)) }),
		graph.Scalar("name", func(o option) any { return o.of().Name }),
		graph.Scalar("position", func(o option) any { return o.i + 1 }),
		graph.Object("linkedMetafield", "LinkedMetafield", func(*graph.Call, option) any { return nil }),
		graph.ListOf("optionValues", "ProductOptionValue", func(_ *graph.Call, o option) graph.List {
			return indexed{len(o.of().Values), func(i int) any { return optionValue{o, i} }}
		}),
		graph.Scalar("values", func(o option) any {
			names := []string{}
			for _, v := range o.of().Values {
				names = append(names, v.Name)
			}
			return names
		}),
	)
	r.Define("LinkedMetafield", nil,
		graph.Scalar("namespace", func(any) any { return nil }),
		graph.Scalar("key", func(any) any { return nil }),
	)
	r.Define("ProductOptionValue", nil,
		graph.Scalar("id", func(v optionValue) any {
			return store.GID("ProductOptionValue", store.Child(store.Child(v.product.ID, v.i), v.value))
		}),
		graph.Scalar("name", func(v optionValue) any { return v.of().Values[v.value].Name }),
		graph.Scalar("hasVariants", func(optionValue) any { return true }),
		graph.Object("swatch", "ProductOptionValueSwatch", func(_ *graph.Call, v optionValue) any {
			if v.of().Values[v.value].Color == "" {
				return nil
			}
			return v
		}),
	)
	r.Define("ProductOptionValueSwatch", nil,
		graph.Scalar("color", func(v optionValue) any { return v.of().Values[v.value].Color }),
	)
	r.Define("SelectedOption", nil,
		graph.Scalar("name", func(s selectedOption) any { return s.variant.Product.Options[s.i].Name }),
		graph.Scalar("value", func(s selectedOption) any {
			return s.variant.Product.Options[s.i].Values[s.variant.Choice[s.i]].Name
		}),
	)
}

func (o option) of() *store.Option { return &o.product.Options[o.i] }

func defineVariants(r *graph.Registry) {
	fields := []*graph.Field{
		graph.Scalar("id", func(v *store.Variant) any { return store.GID("ProductVariant", v.ID) }),
		graph.Scalar("legacyResourceId", func(v *store.Variant) any { return strconv.FormatInt(v.ID, 10) }),
		graph.Scalar("title", func(v *store.Variant) any { return v.Title }),
		graph.Scalar("displayName", func(v *store.Variant) any { return v.Product.Title + " - " + v.Title }),
		graph.Scalar("sku", func(v *store.Variant) any { return orNil(v.SKU) }),
		graph.Scalar("barcode", func(v *store.Variant) any { return orNil(v.Barcode) }),
		graph.Scalar("position", func(v *store.Variant) any { return v.Position }),
		graph.Scalar("price", func(v *store.Variant) any { return v.Price }),
		graph.Scalar("compareAtPrice", func(v *store.Variant) any {
			if v.CompareAt == 0 {
				return nil
			}
			return v.CompareAt
		}),
		graph.Scalar("inventoryPolicy", func(v *store.Variant) any { return v.Policy }),
		graph.Scalar("inventoryQuantity", func(v *store.Variant) any { return v.Inventory }),
		graph.Scalar("availableForSale", func(v *store.Variant) any { return v.Inventory > 0 || v.Policy == "CONTINUE" }),
		graph.Scalar("taxable", func(*store.Variant) any { return true }),
		graph.ListOf("selectedOptions", "SelectedOption", func(_ *graph.Call, v *store.Variant) graph.List {
			return indexed{len(v.Choice), func(i int) any { return selectedOption{v, i} }}
		}),
		graph.Object("inventoryItem", "InventoryItem", func(_ *graph.Call, v *store.Variant) any { return inventoryItem{v} }),
		graph.Object("product", "Product", func(_ *graph.Call, v *store.Variant) any { return v.Product }),
		graph.Scalar("createdAt", func(v *store.Variant) any { return v.Created }),
		graph.Scalar("updatedAt", func(v *store.Variant) any { return v.Updated }),
	}
	r.Define("ProductVariant", []string{"Node", "HasMetafields"},
		append(fields, metafieldFields[*store.Variant]("ProductVariant", func(v *store.Variant) int64 { return v.ID })...)...)
	r.Define("InventoryItem", []string{"Node"},
		graph.Scalar("id", func(i inventoryItem) any { return store.GID("InventoryItem", i.variant.ID) }),
		graph.Scalar("legacyResourceId", func(i inventoryItem) any { return strconv.FormatInt(i.variant.ID, 10) }),
		graph.Scalar("sku", func(i inventoryItem) any { return orNil(i.variant.SKU) }),
		graph.Scalar("tracked", func(inventoryItem) any { return true }),
		graph.Scalar("requiresShipping", func(inventoryItem) any { return true }),
		graph.Scalar("countryCodeOfOrigin", func(inventoryItem) any { return "US" }),
		graph.Scalar("harmonizedSystemCode", func(inventoryItem) any { return "392690" }),
		graph.Object("measurement", "InventoryItemMeasurement", func(_ *graph.Call, i inventoryItem) any { return measurement(i) }),
		graph.Object("unitCost", "MoneyV2", func(c *graph.Call, i inventoryItem) any {
			return money{i.variant.Price / 400 * 100, from(c).snap.Shop.Currency}
		}),
		graph.Scalar("createdAt", func(i inventoryItem) any { return i.variant.Created }),
		graph.Scalar("updatedAt", func(i inventoryItem) any { return i.variant.Updated }),
	)
	r.Define("InventoryItemMeasurement", nil,
		graph.Scalar("id", func(m measurement) any { return store.GID("InventoryItemMeasurement", m.variant.ID) }),
		graph.Object("weight", "Weight", func(*graph.Call, measurement) any { return weight{} }),
	)
	r.Define("Weight", nil,
		graph.Scalar("value", func(weight) any { return 42.5 }),
		graph.Scalar("unit", func(weight) any { return "GRAMS" }),
	)
}

func defineMedia(r *graph.Registry) {
	r.Define("MediaImage", []string{"Media", "Node"},
		graph.Scalar("id", func(i *store.Image) any { return store.GID("MediaImage", i.ID) }),
		graph.Scalar("alt", func(i *store.Image) any { return orNil(i.Alt) }),
		graph.Scalar("mediaContentType", func(*store.Image) any { return "IMAGE" }),
		graph.Scalar("status", func(*store.Image) any { return "READY" }),
		graph.Scalar("mimeType", func(i *store.Image) any { return orNil(i.MIME) }),
		graph.Scalar("createdAt", func(i *store.Image) any { return i.Created }),
		graph.Scalar("updatedAt", func(i *store.Image) any { return i.Created }),
		graph.Object("preview", "MediaPreviewImage", func(_ *graph.Call, i *store.Image) any { return preview{i} }),
		graph.Object("image", "Image", func(_ *graph.Call, i *store.Image) any { return i }),
	)
	r.Define("MediaPreviewImage", nil,
		graph.Scalar("status", func(preview) any { return "READY" }),
		graph.Object("image", "Image", func(_ *graph.Call, p preview) any { return p.image }),
	)
	r.Define("Image", nil,
		graph.Scalar("id", func(i *store.Image) any { return store.GID("ImageSource", i.ID) }),
		graph.Scalar("url", func(i *store.Image) any { return i.URL }),
		graph.Scalar("altText", func(i *store.Image) any { return orNil(i.Alt) }),
		graph.Scalar("width", func(i *store.Image) any { return i.Width }),
		graph.Scalar("height", func(i *store.Image) any { return i.Height }),
	)
}

func defineCollections(r *graph.Registry) {
	r.Define("Collection", []string{"Node"},
		graph.Scalar("id", func(c *store.Collection) any { return store.GID("Collection", c.ID) }),
		graph.Scalar("legacyResourceId", func(c *store.Collection) any { return strconv.FormatInt(c.ID, 10) }),
		graph.Scalar("title", func(c *store.Collection) any { return c.Title }),
		graph.Scalar("handle", func(c *store.Collection) any { return c.Handle }),
		graph.Scalar("description", func(c *store.Collection) any { return c.Description }),
		graph.Scalar("sortOrder", func(c *store.Collection) any { return c.SortOrder }),
		graph.Scalar("updatedAt", func(c *store.Collection) any { return c.Updated }),
		graph.Object("ruleSet", "CollectionRuleSet", func(_ *graph.Call, c *store.Collection) any {
			if c.RuleTag == "" {
				return nil
			}
			return ruleSet{c.RuleTag}
		}),
		graph.Edges("products", "Product", func(c *graph.Call, of *store.Collection) graph.List {
			var members []*store.Product
			for _, p := range from(c).snap.Products {
				for _, id := range p.Collections {
					if id == of.ID {
						members = append(members, p)
					}
				}
			}
			return graph.Values(members)
		}),
	)
	r.Define("CollectionRuleSet", nil,
		graph.Scalar("appliedDisjunctively", func(ruleSet) any { return false }),
		graph.ListOf("rules", "CollectionRule", func(_ *graph.Call, s ruleSet) graph.List { return graph.Values([]rule{{s.tag}}) }),
	)
	r.Define("CollectionRule", nil,
		graph.Scalar("column", func(rule) any { return "TAG" }),
		graph.Scalar("relation", func(rule) any { return "EQUALS" }),
		graph.Scalar("condition", func(r rule) any { return r.tag }),
	)
}

// metafieldFields are the fields of everything that can own metafields.
func metafieldFields[P any](kind string, id func(P) int64) []*graph.Field {
	owned := func(c *graph.Call, p P) []*store.Metafield { return from(c).snap.Metafields[store.GID(kind, id(p))] }
	return []*graph.Field{
		graph.Object("metafield", "Metafield", func(c *graph.Call, p P) any {
			for _, f := range owned(c, p) {
				if f.Namespace == c.Args.String("namespace") && f.Key == c.Args.String("key") {
					return f
				}
			}
			return nil
		}, "namespace", "key"),
		graph.Edges("metafields", "Metafield", func(c *graph.Call, p P) graph.List {
			var some []*store.Metafield
			for _, f := range owned(c, p) {
				if n := c.Args.String("namespace"); n == "" || n == f.Namespace {
					some = append(some, f)
				}
			}
			return graph.Values(some)
		}, "namespace"),
	}
}

func defineMetafields(r *graph.Registry) {
	r.Define("Metafield", []string{"Node"},
		graph.Scalar("id", func(f *store.Metafield) any { return store.GID("Metafield", f.ID) }),
		graph.Scalar("namespace", func(f *store.Metafield) any { return f.Namespace }),
		graph.Scalar("key", func(f *store.Metafield) any { return f.Key }),
		graph.Scalar("type", func(f *store.Metafield) any { return f.Type }),
		graph.Scalar("value", func(f *store.Metafield) any { return f.Value }),
		graph.Scalar("compareDigest", func(f *store.Metafield) any { return digest(f) }),
		graph.Scalar("sizeInBytes", func(f *store.Metafield) any { return len(f.Value) }),
		graph.Scalar("ownerType", func(f *store.Metafield) any {
			kind, _, _ := strings.Cut(strings.TrimPrefix(f.Owner, "gid://shopify/"), "/")
			return strings.ToUpper(kind)
		}),
		graph.Scalar("createdAt", func(f *store.Metafield) any { return f.Created }),
		graph.Scalar("updatedAt", func(f *store.Metafield) any { return f.Updated }),
	)
}

// digest changes with the value, whatever time it was written.
func digest(f *store.Metafield) string {
	return fmt.Sprintf("%x", hash64(f.Owner, f.Namespace, f.Key, f.Type, f.Value))
}
