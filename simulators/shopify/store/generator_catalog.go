package store

import (
	"fmt"
	"strconv"
	"strings"
)

// vocabulary is what designs are named and tagged with.
type vocabulary struct {
	moods, motifs, designers, themes, franchises, seasons, devices []string
	finishes                                                       []finish
}

type finish struct {
	name, color string
	price       int64 // cents
}

func words() vocabulary {
	return vocabulary{
		moods: []string{
			"Neon", "Midnight", "Velvet", "Paper", "Static", "Golden", "Quiet", "Electric", "Faded", "Liquid", "Solar",
			"Frosted", "Lucky", "Ghost", "Marble", "Analog", "Wild", "Rusty", "Pastel", "Hidden",
		},
		motifs: []string{
			"Koi", "Ferns", "Skyline", "Moth", "Cassette", "Cactus", "Tide", "Tarot", "Foxes", "Orbit", "Checkers", "Peonies",
			"Thunder", "Mushrooms", "Ramen", "Dunes", "Origami", "Comet", "Lemons", "Skulls", "Waves", "Atlas", "Swans", "Grid",
			"Honey", "Wolves", "Terrazzo", "Jungle", "Eclipse", "Daisies", "Robots", "Leopard", "Maps", "Cranes", "Coral",
			"Dragons", "Matches", "Vinyl", "Storm", "Clouds", "Tigers", "Circuit", "Poppies", "Glacier", "Sushi",
		},
		designers: []string{
			"Mara Voss", "Ikaika Lee", "Studio Halm", "Juno Park", "Theo Brandt", "Amara Obi", "Lena Fischer", "Pixel Priest",
			"Noor Haddad", "Casey Quill", "Sato Rin", "Ines Prado",
		},
		themes:     []string{"nature", "retro", "abstract", "animals", "space", "food", "floral", "street", "mystic", "geometry"},
		franchises: []string{"Starlane", "Bitlings", "Harbor Academy", "Grimwood"},
		seasons:    []string{"spring", "summer", "fall", "winter"},
		devices: []string{
			"iPhone 17 Pro Max", "iPhone 17 Pro", "iPhone 17", "iPhone Air", "iPhone 16 Pro", "iPhone 16", "iPhone 15 Pro",
			"iPhone 15", "iPhone 14", "iPhone 13", "Galaxy S26 Ultra", "Galaxy S26", "Galaxy S25", "Galaxy A56", "Pixel 10 Pro",
			"Pixel 10", "Pixel 9",
		},
		finishes: []finish{{"Glossy", "#f4f4f4", 2995}, {"Matte", "#2b2b2b", 3295}, {"Clear", "#e8f1ff", 2795}, {"Tough", "#111111", 3995}},
	}
}

func (g *generator) makeProducts() {
	g.products = make([]*Product, g.scale.products)
	sum := 0
	for i := range g.products {
		g.products[i] = g.product(i)
		// A few designs sell most: the weight falls with the rank.
		sum += 1 + 1000/(i%97*3+5)
		g.weights = append(g.weights, sum)
	}
}

func (g *generator) product(i int) *Product {
	r, w := g.random(streamProduct, i), words()
	design := w.moods[i%len(w.moods)] + " " + w.motifs[(i*7+i/len(w.moods))%len(w.motifs)]
	if lap := i / (len(w.moods) * len(w.motifs)); lap > 0 {
		design += " " + strconv.Itoa(lap+1)
	}
	kind := pick(r, []string{"Phone Case", "Phone Case", "Phone Case", "Tough Case", "Wallet Case"})
	created := g.first - Instant(r.IntN(90*86400))
	if chance(r, 30) { // launched in the course of the year, but before it can be sold
		created = g.first - Instant(r.IntN(86400*5)) - 86400
	}
	theme, designer := pick(r, w.themes), pick(r, w.designers)
	tags := []string{"designer:" + designer, "theme:" + theme}
	if chance(r, 25) {
		tags = append(tags, "season:"+pick(r, w.seasons))
	}
	if chance(r, 15) {
		tags = append(tags, "franchise:"+pick(r, w.franchises))
	}
	if i%9 == 0 {
		tags = append(tags, "bestseller")
	}
	p := &Product{
		ID: firstProduct + int64(i), Title: design + " " + kind, Handle: handle(fmt.Sprintf("%s %s %d", design, kind, i+1)),
		Description: fmt.Sprintf("%s by %s. Printed to the edge, slim, drop-tested from 2 m. Made “to order”.", design, designer),
		Vendor:      "Blunt Cases", Type: kind, Status: "ACTIVE", Category: "el-4-8-4-2", Tags: tags,
		Published: created, Created: created, Updated: created + Instant(r.IntN(int(g.horizon-created))),
	}
	switch i % 40 {
	case 37:
		p.Status, p.Published = "DRAFT", 0
	case 38:
		p.Status = "ARCHIVED"
	case 39:
		p.Status = "UNLISTED"
	}
	g.addMedia(p)
	g.addVariants(p, i)
	p.Collections = []int64{firstCollection + int64(indexOf(w.themes, theme))}
	if i%9 == 0 {
		p.Collections = append(p.Collections, firstCollection+int64(len(w.themes)))
	}
	return p
}

func (g *generator) addMedia(p *Product) {
	for n, view := range []string{"front", "angle", "side"} {
		p.Media = append(p.Media, Image{
			ID: Child(p.ID, n), Alt: p.Title + ", " + view, Width: 1600, Height: 2000, MIME: "image/jpeg", Created: p.Created,
			URL: fmt.Sprintf("https://cdn.shopify.com/s/files/1/0610/0001/files/%s-%s.jpg?v=%d", p.Handle, view, int64(p.Created)),
		})
	}
}

func (g *generator) addVariants(p *Product, i int) {
	r, w := g.random(streamProduct, 1_000_000+i), words()
	devices := w.devices[:6+r.IntN(len(w.devices)-5)]
	finishes := w.finishes[:2+r.IntN(3)]
	device, surface := Option{Name: "Device"}, Option{Name: "Finish"}
	for _, d := range devices {
		device.Values = append(device.Values, OptionValue{Name: d})
	}
	for _, f := range finishes {
		surface.Values = append(surface.Values, OptionValue{f.name, f.color})
	}
	p.Options = []Option{device, surface}
	extra := Cents(int64(r.IntN(4)) * 100)
	p.Variants = make([]Variant, 0, len(devices)*len(finishes))
	for d := range devices {
		for f := range finishes {
			n := len(p.Variants)
			v := Variant{
				ID: Child(p.ID, n), Product: p, Position: n + 1, Title: devices[d] + " / " + finishes[f].name,
				SKU: fmt.Sprintf("BC-%04d-%02d%d", i+1, d+1, f+1), Barcode: fmt.Sprintf("08%06d%04d", i+1, n),
				Choice: []int{d, f}, Price: Cents(finishes[f].price) + extra, Inventory: r.IntN(400), Policy: "DENY",
				Image: f % len(p.Media), Created: p.Created, Updated: p.Updated,
			}
			if i%11 == 0 {
				v.CompareAt = v.Price + Cents(500)
			}
			if chance(r, 10) {
				v.Policy = "CONTINUE"
			}
			p.Variants = append(p.Variants, v)
		}
	}
}

func (g *generator) collections() []*Collection {
	var all []*Collection
	for i, theme := range words().themes {
		all = append(all, &Collection{
			ID: firstCollection + int64(i), Title: strings.ToUpper(theme[:1]) + theme[1:], Handle: theme,
			Description: "Everything " + theme + ".", SortOrder: "BEST_SELLING", RuleTag: "theme:" + theme, Updated: g.first,
		})
	}
	return append(all, &Collection{
		ID: firstCollection + int64(len(all)), Title: "Staff Picks", Handle: "staff-picks", SortOrder: "MANUAL", Updated: g.first,
	})
}

func handle(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "-") }

func indexOf(list []string, s string) int {
	for i := range list {
		if list[i] == s {
			return i
		}
	}
	return -1
}
