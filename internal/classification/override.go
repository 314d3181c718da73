package classification

import (
	"cmp"
	"slices"
	"time"
)

// Override is a staff member's word on a product's class, which wins over the spec.
type Override struct {
	ID        string // of the artifact
	ProductID string
	Class     string
	From      time.Time
	To        *time.Time // nil for no end
}

// DayOverride is an override in shop days: it holds on the days from From until, but not on, To.
type DayOverride struct {
	ProductID string `json:"product_id"`
	Class     string `json:"class"`
	From      string `json:"from"`
	To        string `json:"to,omitempty"`
	Priority  int    `json:"priority"` // among overrides of one product: the lowest wins
}

// HoldsOn tells whether the override holds at the end of a day, written 2006-01-02.
func (o DayOverride) HoldsOn(day string) bool { return o.From <= day && (o.To == "" || day < o.To) }

// Days puts overrides into the shop's days. An override holds on a day when it holds at the day's end: from the day on
// which it begins, until the day before the one on which it expires. One that begins and ends within a day never holds.
// Where several hold, the one that began last wins, then the one with the higher id.
func Days(overrides []Override, zone *time.Location) []DayOverride {
	sorted := slices.Clone(overrides)
	slices.SortFunc(sorted, func(a, b Override) int {
		return cmp.Or(cmp.Compare(a.ProductID, b.ProductID), b.From.Compare(a.From), cmp.Compare(b.ID, a.ID))
	})
	days := make([]DayOverride, 0, len(sorted))
	for _, o := range sorted {
		d := DayOverride{ProductID: o.ProductID, Class: o.Class, From: o.From.In(zone).Format(time.DateOnly)}
		if len(days) > 0 && days[len(days)-1].ProductID == o.ProductID {
			d.Priority = days[len(days)-1].Priority + 1
		}
		if o.To != nil {
			if d.To = o.To.In(zone).Format(time.DateOnly); d.To <= d.From {
				continue
			}
		}
		days = append(days, d)
	}
	return days
}
