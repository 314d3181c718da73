package measurement

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/apache/iceberg-go"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// The reach of a sale: the longest window, and how long a product keeps its rows.
const (
	longestWindow = 30
	rowsKept      = 365
)

// performanceBlock bounds the sales that are held at once, as rows of a day for every product.
const performanceBlock = 1_500_000

// Performance brings measurement.performance up to measurement.sales, to today and to the rules: the days since the
// last refresh, the days whose windows reach a changed day, the days after them while a first or last sale day differs,
// and the days of overrides that came or went. All days are computed where the table is new, the spec or the SQL has
// changed, the changes are no longer known, or it is asked for. Faults: CommitConflict, Unavailable, MeasurementBroken.
func (r *Refresher) Performance(ctx context.Context, req Request, rules Rules) (contract.TableRefresh, error) {
	run, err := r.begin(ctx, req, lakehouse.MeasurementSales, lakehouse.MeasurementPerform)
	if err != nil {
		return contract.TableRefresh{}, err
	}
	defer run.close()
	overrides, err := json.Marshal(rules.Overrides)
	if err != nil {
		return contract.TableRefresh{}, fault.Wrap(fault.Internal, err, "write down the overrides")
	}
	properties := iceberg.Properties{
		propertyScripts:   digest(script("open"), script("performance"), script("seed"), script("advance")),
		propertySpec:      fmt.Sprintf("%s@%d", rules.Spec.Name, rules.Spec.Generation),
		propertyRules:     digest(rules.Spec.Macro()),
		propertyScope:     digest(sorted(rules.InScope)...),
		propertyOverrides: string(overrides),
	}
	changed, err := run.changed(ctx)
	if err != nil {
		return contract.TableRefresh{}, err
	}
	run.differs(propertyZone, req.Zone.String(), "the shop's time zone has changed")
	run.differs(propertyScripts, properties[propertyScripts], "the measurement's SQL has changed")
	run.differs(propertySpec, properties[propertySpec], "the classification spec has changed")
	run.differs(propertyRules, properties[propertyRules], "the classification spec's rules have changed")
	run.differs(propertyScope, properties[propertyScope], "the products in the spec's scope have changed")
	today := DayOf(req.Now, req.Zone)
	through, err := run.through()
	if err != nil {
		run.full("first refresh")
	}
	today = max(today, through) // a clock that was set back takes no day away
	properties[propertyThrough] = today.String()
	days, err := run.performanceDays(ctx, changed, rules.Overrides, through, today)
	if err != nil {
		return contract.TableRefresh{}, err
	}
	if len(days) > 0 {
		if err := run.performance(ctx, rules, days, through, today); err != nil {
			return contract.TableRefresh{}, err
		}
	}
	properties[propertyFrom] = run.from()
	return run.commit(ctx, properties)
}

// from is the first day that the table has been computed for; empty where there is none.
func (r *refresh) from() string {
	days := spans(r.written)
	first := r.was(propertyFrom)
	if len(days) > 0 && (r.mode == contract.RefreshFull || first == "" || days[0].from.String() < first) {
		first = days[0].from.String()
	}
	return first
}

func sorted(texts []string) []string {
	all := slices.Clone(texts)
	slices.Sort(all)
	return all
}

// through is the last day that the table has been computed for.
func (r *refresh) through() (Day, error) { return ParseDay(r.was(propertyThrough)) }

// performanceDays lists the days that are known to need computing.
func (r *refresh) performanceDays(ctx context.Context, changed []iceberg.DataFile, overrides []classification.DayOverride, through, today Day) ([]span, error) {
	if r.mode == contract.RefreshFull {
		files, err := r.in.plan(ctx, everyDay)
		if err != nil {
			return nil, err
		}
		old, err := r.out.plan(ctx, everyDay)
		if err != nil {
			return nil, err
		}
		var days []span
		for _, f := range []dayFiles{files, old} {
			if b, some := f.bounds(); some {
				days = append(days, span{b.from, today})
			}
		}
		return spans(days), nil
	}
	days := []span{{through + 1, today}}
	for _, f := range changed {
		day, err := partitionDay(f)
		if err != nil {
			return nil, err
		}
		days = append(days, span{day, min(day+longestWindow-1, today)})
	}
	moved, err := movedOverrides(r.was(propertyOverrides), overrides, today)
	return spans(append(days, moved...)), err
}

// movedOverrides lists the days of the overrides that came, went or changed.
func movedOverrides(before string, now []classification.DayOverride, today Day) ([]span, error) {
	var old []classification.DayOverride
	if before != "" {
		if err := json.Unmarshal([]byte(before), &old); err != nil {
			return nil, fault.Wrap(fault.MeasurementBroken, err, "read the overrides that were applied")
		}
	}
	var days []span
	for _, pair := range [][2][]classification.DayOverride{{old, now}, {now, old}} {
		for _, o := range pair[0] {
			if slices.Contains(pair[1], o) {
				continue
			}
			from, err := ParseDay(o.From)
			if err != nil {
				return nil, err
			}
			to := today
			if o.To != "" {
				last, err := ParseDay(o.To)
				if err != nil {
					return nil, err
				}
				to = min(last-1, today)
			}
			days = append(days, span{from, to})
		}
	}
	return days, nil
}

// performance computes the days and, after each run of them, goes on while a product's first or last sale day is not
// what the table has: those live on in every later row.
func (r *refresh) performance(ctx context.Context, rules Rules, days []span, through, today Day) error {
	if err := r.open(ctx); err != nil {
		return err
	}
	if err := r.sheet.Classify(ctx, rules); err != nil {
		return err
	}
	// The days that are replaced, and those that tell which products had sold, lie far apart: one look serves both.
	if _, err := r.out.plan(ctx, everyDay); err != nil {
		return err
	}
	for _, s := range days {
		r.total += s.days()
	}
	for len(days) > 0 {
		s := days[0]
		days = days[1:]
		if err := r.seed(ctx, s.from-1); err != nil {
			return err
		}
		for {
			if err := r.performanceSpan(ctx, s); err != nil {
				return err
			}
			if s.to >= min(through, today) || r.mode == contract.RefreshFull {
				break
			}
			same, err := r.settled(ctx, s.to)
			if err != nil {
				return err
			}
			if same {
				break
			}
			next := span{s.to + 1, min(s.to+2*Day(s.days()), today)}
			for len(days) > 0 && days[0].from <= next.to+1 {
				next.to = max(next.to, days[0].to)
				r.total -= days[0].days()
				days = days[1:]
			}
			r.total += next.days()
			s = next
		}
	}
	return nil
}

// performanceSpan computes consecutive days, block by block.
func (r *refresh) performanceSpan(ctx context.Context, s span) error {
	sales, err := r.in.plan(ctx, span{s.from - longestWindow + 1, s.to})
	if err != nil {
		return err
	}
	old, err := r.out.plan(ctx, s)
	if err != nil {
		return err
	}
	products, err := r.sheet.db.Count(ctx, "SELECT count(*) FROM seed")
	if err != nil {
		return broken(ctx, err, "count the products")
	}
	for day := s.from; day <= s.to; day++ {
		products = max(products, sales.rows(span{day, day}))
	}
	for _, block := range blocks(s, func(Day) int64 { return products }, performanceBlock) {
		input, err := r.in.lease(ctx, sales.of(span{block.from - longestWindow + 1, block.to}))
		if err != nil {
			return err
		}
		err = r.sheet.Performance(ctx, input.Paths, block.from, block.to, func(day Day) error {
			defer r.progress(1)
			return r.writer.write(r.performanceRows(), day)
		})
		input.Release()
		if err != nil {
			return err
		}
		r.replace(old, block)
	}
	return nil
}

func (r *refresh) performanceRows() string {
	return fmt.Sprintf("SELECT *, TIMESTAMPTZ '%s' AS computed_ts FROM performance_new", stamp(r.Now))
}

// memory leases the stored rows that tell every product that had sold by the end of a day. Where every day is computed
// anew there are none.
func (r *refresh) memory(ctx context.Context, day Day) (*datacache.Lease, error) {
	first, err := ParseDay(r.was(propertyFrom))
	if err != nil || r.mode == contract.RefreshFull {
		return r.out.lease(ctx, nil)
	}
	return r.out.everSold(ctx, day, first)
}

// seed tells the sheet which products had sold by the end of a day.
func (r *refresh) seed(ctx context.Context, day Day) error {
	stored, err := r.memory(ctx, day)
	if err != nil {
		return err
	}
	defer stored.Release()
	return r.sheet.Seed(ctx, stored.Paths)
}

// settled tells whether the state at the end of a day, as computed, is the stored one.
func (r *refresh) settled(ctx context.Context, day Day) (bool, error) {
	stored, err := r.memory(ctx, day)
	if err != nil {
		return false, err
	}
	defer stored.Release()
	return r.sheet.settled(ctx, stored.Paths)
}

func (s *Sheet) settled(ctx context.Context, performance []string) (bool, error) {
	if err := s.run(ctx, "read which products had sold", s.view("performance", "performance_columns", performance)); err != nil {
		return false, err
	}
	differing, err := s.db.Count(ctx, script("settled"))
	if err != nil {
		return false, broken(ctx, err, "compare which products had sold")
	}
	return differing == 0, nil
}
