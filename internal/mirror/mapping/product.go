package mapping

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
	"golang.org/x/text/unicode/norm"

	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/uid"
)

// Product holds the rows of one product. It is reused from product to product: Map empties it first.
type Product struct {
	Product         row.Product
	Variants        []row.ProductVariant
	Options         []row.ProductOption
	OptionValues    []row.ProductOptionValue
	VariantOptions  []row.ProductVariantOption
	Images          []row.ProductImage
	TagLinks        []row.LinkProductProductTag
	CollectionLinks []row.LinkProductProductCollection
	InventoryLinks  []row.LinkProductVariantInventoryItem

	// Shared rows, which other products bring too.
	Collections []row.ProductCollection
	Inventory   []row.InventoryItem
	Tags        []Tag
	Type        string

	scope  *Scope
	source source.Product
}

// Tag is a tag as Shopify writes it and as it is compared: trimmed, NFC, lower-case.
type Tag struct{ Value, Normalized string }

// Map fills p with the rows of one product. An error is a *BadLine.
func (p *Product) Map(scope *Scope, a *archive.Aggregate) error {
	*p = Product{
		Variants: p.Variants[:0], Options: p.Options[:0], OptionValues: p.OptionValues[:0],
		VariantOptions: p.VariantOptions[:0], Images: p.Images[:0], TagLinks: p.TagLinks[:0],
		CollectionLinks: p.CollectionLinks[:0], InventoryLinks: p.InventoryLinks[:0],
		Collections: p.Collections[:0], Inventory: p.Inventory[:0], Tags: p.Tags[:0],
		scope: scope,
	}
	if err := decode(a.Root, false, &p.source); err != nil {
		return err
	}
	if p.source.UpdatedAt.IsZero() {
		return &BadLine{Line: a.Root, Err: fmt.Errorf("the product has no updatedAt")}
	}
	p.product(a)
	p.options()
	p.tags()
	for _, line := range a.Children {
		if err := p.child(line); err != nil {
			return err
		}
	}
	return nil
}

func (p *Product) product(a *archive.Aggregate) {
	s := &p.source
	var n notes
	n.add("digest", a.Digest)
	p.Type = s.ProductType
	p.Product = row.Product{
		ID:                    uid.Derive(uid.Product, p.scope.Shop, s.ID),
		Mirror:                row.Mirror{GID: s.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
		StoreID:               p.scope.StoreID,
		LegacyID:              legacy(s.LegacyID),
		Title:                 s.Title,
		Handle:                s.Handle,
		Description:           s.Description,
		DescriptionHTML:       s.DescriptionHTML,
		Vendor:                s.Vendor,
		TagValues:             s.Tags,
		TaxonomyGID:           s.Category.ID,
		FeaturedImageURL:      s.FeaturedMedia.Preview.Image.URL,
		OnlineStoreURL:        s.OnlineStoreURL,
		SEO:                   row.Object(raw(s.SEO)),
		CurrencyCode:          first(s.PriceRange.Min.CurrencyCode, p.scope.Currency),
		MinPrice:              money.Of(s.PriceRange.Min.Amount, s.PriceRange.Min.CurrencyCode),
		MaxPrice:              money.Of(s.PriceRange.Max.Amount, s.PriceRange.Max.CurrencyCode),
		TotalInventory:        optional(s.TotalInventory),
		VariantCount:          max(s.VariantsCount.Count, 0),
		IsGiftCard:            s.IsGiftCard,
		HasOnlyDefaultVariant: s.HasOnlyDefaultVariant,
		PublishTS:             s.PublishedAt,
		Phase:                 n.phase(productPhases, "status", s.Status),
	}
	if p.Type != "" {
		p.Product.ProductTypeID = p.scope.alias(uid.DeriveValue(uid.ProductType, p.scope.Shop, "product_type", p.Type))
	}
	p.Product.Annotations = n.annotations()
}

func (p *Product) part(gid string) row.Part {
	return row.Part{GID: gid, Created: p.source.CreatedAt, Updated: p.source.UpdatedAt}
}

func (p *Product) options() {
	for i := range p.source.Options {
		s := &p.source.Options[i]
		option := row.ProductOption{
			ID:              uid.Derive(uid.ProductOption, p.scope.Shop, s.ID),
			Part:            p.part(s.ID),
			ProductID:       p.Product.ID,
			Name:            s.Name,
			Position:        max(s.Position, 1),
			LinkedMetafield: row.JSON(raw(s.LinkedMetafield)),
		}
		p.Options = append(p.Options, option)
		for j := range s.Values {
			p.OptionValues = append(p.OptionValues, row.ProductOptionValue{
				ID:              uid.Derive(uid.ProductOptionValue, p.scope.Shop, s.Values[j].ID),
				Part:            p.part(s.Values[j].ID),
				ProductOptionID: option.ID,
				Value:           s.Values[j].Name,
				Position:        int32(j + 1),
				Swatch:          row.JSON(raw(s.Values[j].Swatch)),
			})
		}
	}
}

// Normalize is a tag as it is compared.
func Normalize(tag string) string { return strings.ToLower(norm.NFC.String(strings.TrimSpace(tag))) }

func (p *Product) tags() {
	for _, value := range p.source.Tags {
		tag := Tag{Value: strings.TrimSpace(value), Normalized: Normalize(value)}
		if tag.Normalized == "" || p.hasTag(tag.Normalized) {
			continue
		}
		p.Tags = append(p.Tags, tag)
		p.TagLinks = append(p.TagLinks, row.LinkProductProductTag{
			ID:           uid.DeriveChild(uid.LinkProductProductTag, p.source.ID, "link_product_product_tag", tag.Normalized),
			ProductID:    p.Product.ID,
			ProductTagID: p.scope.alias(uid.DeriveValue(uid.ProductTag, p.scope.Shop, "product_tag", tag.Normalized)),
		})
	}
}

func (p *Product) hasTag(normalized string) bool {
	for _, tag := range p.Tags {
		if tag.Normalized == normalized {
			return true
		}
	}
	return false
}

func (p *Product) child(line archive.Line) error {
	switch kind := line.Type(); kind {
	case "ProductVariant":
		var s source.Variant
		if err := decode(line, false, &s); err != nil {
			return err
		}
		return p.variant(line, &s)
	case "MediaImage", "Video", "ExternalVideo", "Model3d":
		var s source.Media
		if err := decode(line, false, &s); err != nil {
			return err
		}
		p.image(&s)
	case "Collection":
		var s source.Collection
		if err := decode(line, false, &s); err != nil {
			return err
		}
		p.collection(&s)
	default:
		return &BadLine{Line: line, Err: fmt.Errorf("a %q is no child of a product that this version knows", kind)}
	}
	return nil
}

func (p *Product) variant(line archive.Line, s *source.Variant) error {
	var n notes
	item := &s.InventoryItem
	weight, err := grams(item)
	if err != nil {
		return &BadLine{Line: line, Err: err}
	}
	v := row.ProductVariant{
		ID:                 uid.Derive(uid.ProductVariant, p.scope.Shop, s.ID),
		Mirror:             row.Mirror{GID: s.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
		ProductID:          p.Product.ID,
		LegacyID:           legacy(s.LegacyID),
		Title:              s.Title,
		SKU:                s.SKU,
		Barcode:            s.Barcode,
		Position:           max(s.Position, 1),
		Price:              money.Of(s.Price, p.scope.Currency),
		CompareAtPrice:     money.Of(s.CompareAtPrice, p.scope.Currency),
		CurrencyCode:       p.scope.Currency,
		InventoryPolicy:    first(n.enum(inventoryPolicies, "inventoryPolicy", s.InventoryPolicy), "deny"),
		InventoryQuantity:  optional(s.InventoryQuantity),
		IsInventoryManaged: item.Tracked,
		IsBackorderAllowed: s.InventoryPolicy == "CONTINUE",
		IsAvailableForSale: s.AvailableForSale,
		IsTaxable:          s.Taxable,
		RequiresShipping:   item.RequiresShipping,
		OptionValues:       p.selected(s),
		OriginCountryCode:  item.CountryCode,
		HSCode:             item.HSCode,
		Weight:             weight,
		Annotations:        n.annotations(),
	}
	p.Variants = append(p.Variants, v)
	if item.ID == "" {
		return nil
	}
	stock := uid.Derive(uid.InventoryItem, p.scope.Shop, item.ID)
	p.InventoryLinks = append(p.InventoryLinks, row.LinkProductVariantInventoryItem{
		ID:               uid.DeriveChild(uid.LinkProductVariantInventoryItem, s.ID, "link_product_variant_inventory_item", item.ID),
		ProductVariantID: v.ID,
		InventoryItemID:  stock,
	})
	p.Inventory = append(p.Inventory, row.InventoryItem{
		ID:                stock,
		Mirror:            row.Mirror{GID: item.ID, Created: firstTime(item.CreatedAt, s.CreatedAt), Updated: firstTime(item.UpdatedAt, s.UpdatedAt)},
		SKU:               first(item.SKU, s.SKU),
		RequiresShipping:  item.RequiresShipping,
		IsTracked:         item.Tracked,
		OriginCountryCode: item.CountryCode,
		HSCode:            item.HSCode,
		Weight:            weight,
		CurrencyCode:      item.UnitCost.CurrencyCode,
		UnitCost:          money.Of(item.UnitCost.Amount, item.UnitCost.CurrencyCode),
	})
	return nil
}

// selected maps a variant's selected options: to rows by the options' ids, and as a snapshot by their names.
func (p *Product) selected(s *source.Variant) row.Object {
	if len(s.SelectedOptions) == 0 {
		return ""
	}
	snapshot := make(map[string]string, len(s.SelectedOptions))
	variant := uid.Derive(uid.ProductVariant, p.scope.Shop, s.ID)
	for _, selected := range s.SelectedOptions {
		snapshot[selected.Name] = selected.Value
		for i := range p.source.Options {
			option := &p.source.Options[i]
			if option.Name != selected.Name {
				continue
			}
			for j := range option.Values {
				if option.Values[j].Name != selected.Value {
					continue
				}
				p.VariantOptions = append(p.VariantOptions, row.ProductVariantOption{
					ID:                   uid.DeriveChild(uid.ProductVariantOption, s.ID, "product_variant_option", option.ID),
					ProductVariantID:     variant,
					ProductOptionID:      uid.Derive(uid.ProductOption, p.scope.Shop, option.ID),
					ProductOptionValueID: uid.Derive(uid.ProductOptionValue, p.scope.Shop, option.Values[j].ID),
				})
				break
			}
		}
	}
	return object(snapshot)
}

func (p *Product) image(s *source.Media) {
	var n notes
	image := s.Image
	if image.URL == "" {
		image = s.Preview.Image
	}
	p.Images = append(p.Images, row.ProductImage{
		ID:          uid.Derive(uid.ProductImage, p.scope.Shop, s.ID),
		Part:        p.part(s.ID),
		ProductID:   p.Product.ID,
		URL:         image.URL,
		AltText:     s.Alt,
		Position:    int32(len(p.Images) + 1),
		MediaKind:   first(n.enum(mediaKinds, "mediaContentType", s.ContentType), "image"),
		MediaStatus: first(n.enum(mediaStatuses, "status", s.Status), "ready"),
		MimeType:    s.MimeType,
		Width:       optional(image.Width),
		Height:      optional(image.Height),
		Annotations: n.annotations(),
	})
}

func (p *Product) collection(s *source.Collection) {
	kind := "manual"
	if raw(s.RuleSet) != "" {
		kind = "smart"
	}
	c := row.ProductCollection{
		ID:             uid.Derive(uid.ProductCollection, p.scope.Shop, s.ID),
		Mirror:         row.Mirror{GID: s.ID, Updated: s.UpdatedAt},
		Title:          s.Title,
		Handle:         s.Handle,
		CollectionKind: kind,
		RuleSet:        row.JSON(raw(s.RuleSet)),
		SortOrder:      strings.ToLower(s.SortOrder),
	}
	p.Collections = append(p.Collections, c)
	p.CollectionLinks = append(p.CollectionLinks, row.LinkProductProductCollection{
		ID:                  uid.DeriveChild(uid.LinkProductProductCollection, p.source.ID, "link_product_product_collection", s.ID),
		ProductID:           p.Product.ID,
		ProductCollectionID: c.ID,
	})
}

// grams is an item's weight in grams, which is the unit of every weight column.
func grams(item *source.InventoryItem) (row.Decimal, error) {
	w := item.Measurement.Weight
	if w.Value == "" {
		return "", nil
	}
	factor, ok := map[string]string{
		"GRAMS": "1", "KILOGRAMS": "1000", "POUNDS": "453.59237", "OUNCES": "28.349523125",
	}[w.Unit]
	if !ok {
		return "", nil
	}
	value, err := decimal.NewFromString(string(w.Value))
	if err != nil {
		return "", fmt.Errorf("weight: %w", err)
	}
	return row.Decimal(value.Mul(decimal.RequireFromString(factor)).String()), nil
}
