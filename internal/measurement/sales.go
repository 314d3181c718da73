package measurement

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/apache/iceberg-go"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// salesBlock is how many rows of telemetry are grouped at once: few enough for the processor's caches, and enough that
// the days at the edges, whose files are read once more by the neighbour, are few.
const salesBlock = 500_000

// Sales brings measurement.sales up to commerce.telemetry: the days in which files have changed are computed anew, and
// those whose rows then differ are replaced. All days are computed where the table is new, the shop's time zone or the
// SQL has changed, the changes are no longer known, or it is asked for. Faults: CommitConflict, Unavailable,
// MeasurementBroken.
func (r *Refresher) Sales(ctx context.Context, req Request) (contract.TableRefresh, error) {
	run, err := r.begin(ctx, req, lakehouse.CommerceTelemetry, lakehouse.MeasurementSales)
	if err != nil {
		return contract.TableRefresh{}, err
	}
	defer run.close()
	scripts := digest(script("sales"))
	changed, err := run.changed(ctx)
	if err != nil {
		return contract.TableRefresh{}, err
	}
	run.differs(propertyZone, req.Zone.String(), "the shop's time zone has changed")
	run.differs(propertyScripts, scripts, "the measurement's SQL has changed")
	days, err := run.salesDays(ctx, changed)
	if err != nil {
		return contract.TableRefresh{}, err
	}
	if len(days) > 0 {
		if err := run.sales(ctx, days); err != nil {
			return contract.TableRefresh{}, err
		}
	}
	return run.commit(ctx, iceberg.Properties{propertyScripts: scripts})
}

// salesDays lists the days to compute: those of the changed files, or all that have files.
func (r *refresh) salesDays(ctx context.Context, changed []iceberg.DataFile) ([]span, error) {
	if r.mode != contract.RefreshFull {
		var days []span
		for _, f := range changed {
			s, err := r.touched(f)
			if err != nil {
				return nil, err
			}
			days = append(days, s)
		}
		return spans(days), nil
	}
	var days []span
	for _, s := range []*shelf{r.in, r.out} {
		files, err := s.plan(ctx, everyDay)
		if err != nil {
			return nil, err
		}
		if b, some := files.bounds(); some && s == r.in {
			days = append(days, span{shopDays(b.from, r.Zone).from, shopDays(b.to, r.Zone).to})
		} else if some {
			days = append(days, b) // days that hold rows no more lose them
		}
	}
	return spans(days), nil
}

// touched is the range of shop days of a telemetry file's events: by its bounds, or by its partition where it has none.
func (r *refresh) touched(f iceberg.DataFile) (span, error) {
	if column, ok := r.in.table.Schema().FindFieldByName("event_ts"); ok {
		low, high := f.LowerBoundValues()[column.ID], f.UpperBoundValues()[column.ID]
		if len(low) == 8 && len(high) == 8 {
			return span{DayOf(micros(low), r.Zone), DayOf(micros(high), r.Zone)}, nil
		}
	}
	utc, err := partitionDay(f)
	return shopDays(utc, r.Zone), err
}

func micros(bound []byte) time.Time { return time.UnixMicro(int64(binary.LittleEndian.Uint64(bound))) }

// sales computes the days block by block.
func (r *refresh) sales(ctx context.Context, days []span) error {
	if err := r.open(ctx); err != nil {
		return err
	}
	for _, s := range days {
		r.total += s.days()
	}
	for _, s := range days {
		reach := span{s.from.utcDays(r.Zone).from, s.to.utcDays(r.Zone).to}
		telemetry, err := r.in.plan(ctx, reach)
		if err != nil {
			return err
		}
		old, err := r.out.plan(ctx, s)
		if err != nil {
			return err
		}
		perDay := func(day Day) int64 { return telemetry.rows(day.utcDays(r.Zone)) }
		for _, block := range blocks(s, perDay, salesBlock) {
			if err := r.salesBlock(ctx, block, telemetry, old); err != nil {
				return err
			}
			r.progress(block.days())
		}
	}
	return nil
}

func (r *refresh) salesBlock(ctx context.Context, block span, telemetry, old dayFiles) error {
	input, err := r.in.lease(ctx, telemetry.of(span{block.from.utcDays(r.Zone).from, block.to.utcDays(r.Zone).to}))
	if err != nil {
		return err
	}
	defer input.Release()
	if err := r.sheet.Sales(ctx, input.Paths, block.from, block.to); err != nil {
		return err
	}
	days := []span{block}
	if r.mode != contract.RefreshFull {
		before, err := r.out.lease(ctx, old.of(block))
		if err != nil {
			return err
		}
		defer before.Release()
		if days, err = r.sheet.changedSales(ctx, before.Paths); err != nil || len(days) == 0 {
			return err
		}
	}
	for _, s := range days {
		for day := s.from; day <= s.to; day++ {
			if err := r.writer.write(r.salesRows(day), day); err != nil {
				return err
			}
		}
	}
	r.replace(old, days...)
	return nil
}

func (r *refresh) salesRows(day Day) string {
	return fmt.Sprintf("SELECT *, TIMESTAMPTZ '%s' AS computed_ts FROM sales_new WHERE day = DATE '%s'", stamp(r.Now), day)
}

// changedSales lists the days on which sales_new is not what stands in the files.
func (s *Sheet) changedSales(ctx context.Context, before []string) ([]span, error) {
	if err := s.run(ctx, "compare the sales with those of before", s.view("sales", "sales_columns", before)+script("changed")); err != nil {
		return nil, err
	}
	rows, err := s.db.QueryContext(ctx, "SELECT day FROM changed ORDER BY day")
	if err != nil {
		return nil, broken(ctx, err, "compare the sales with those of before")
	}
	defer rows.Close()
	var days []span
	for rows.Next() {
		var day time.Time
		if err := rows.Scan(&day); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "read a changed day")
		}
		d := DayOf(day, time.UTC)
		days = append(days, span{d, d})
	}
	if err := rows.Err(); err != nil {
		return nil, broken(ctx, err, "compare the sales with those of before")
	}
	return spans(days), nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999999") + "+00" }
