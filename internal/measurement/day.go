package measurement

import (
	"slices"
	"sort"
	"time"

	"bluntcases.com/platform/internal/fault"
)

// Day is a calendar day as whole days since 1970-01-01, which is how Iceberg keeps a date and names its partition.
type Day int32

// DayOf is the day of a moment in a time zone.
func DayOf(t time.Time, zone *time.Location) Day {
	year, month, day := t.In(zone).Date()
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDay reads 2006-01-02.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fault.Invalid("the day", fault.Field{Name: "day", Detail: "is not a date like 2026-11-01"})
	}
	return DayOf(t, time.UTC), nil
}

func (d Day) String() string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

// The furthest that clocks are ahead of UTC and behind it, and what all changes of theirs are multiples of.
const (
	clocksAhead   = 14 * time.Hour
	clocksBehind  = 12 * time.Hour
	clocksQuarter = 15 * time.Minute
)

// Begins is the moment at which the day begins in a zone: the first one whose day it is. That is its midnight, the first
// of two where a clock change repeats it, and a later moment where a clock change skips it.
func (d Day) Begins(zone *time.Location) time.Time {
	earliest := time.Unix(int64(d)*86400, 0).Add(-clocksAhead)
	quarters := sort.Search(int((clocksAhead+clocksBehind)/clocksQuarter), func(n int) bool {
		return DayOf(earliest.Add(time.Duration(n)*clocksQuarter), zone) >= d
	})
	return earliest.Add(time.Duration(quarters) * clocksQuarter).In(zone)
}

// utcDays is the range of UTC days that a shop day lies in: the partitions of commerce.telemetry that can hold its rows.
func (d Day) utcDays(zone *time.Location) span {
	return span{DayOf(d.Begins(zone), time.UTC), DayOf((d + 1).Begins(zone).Add(-time.Microsecond), time.UTC)}
}

// shopDays is the range of shop days that a UTC day touches.
func shopDays(utc Day, zone *time.Location) span {
	return span{DayOf(utc.Begins(time.UTC), zone), DayOf((utc + 1).Begins(time.UTC).Add(-time.Microsecond), zone)}
}

// span is a range of days, both ends included.
type span struct{ from, to Day }

func (s span) days() int { return int(s.to-s.from) + 1 }

func (s span) holds(d Day) bool { return d >= s.from && d <= s.to }

// spans merges ranges into disjoint ones in order; neighbours become one.
func spans(ranges []span) []span {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b span) int { return int(a.from) - int(b.from) })
	var merged []span
	for _, s := range sorted {
		if s.to < s.from {
			continue
		}
		if n := len(merged); n > 0 && s.from <= merged[n-1].to+1 {
			merged[n-1].to = max(merged[n-1].to, s.to)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}
