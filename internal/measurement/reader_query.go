package measurement

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// Query asks for a page of products as they stood at the end of a day.
type Query struct {
	Day        *Day // nil: the latest
	Classes    []string
	Currency   string
	Search     string // part of the title, without regard to case
	Vendor     string
	Tag        string
	TagGroup   string
	ProductIDs []string
	Where      []artifact.Condition // over metrics
	Sort       string               // a column of SortColumns; empty: units_30d, largest first
	Descending bool
	Offset     int
	Limit      int // 1 to 500; 0 means 50
}

// The classes that the reader gives where no spec does: to a product that never sold, which has no currency, and to one
// whose last sale in a currency is more than 365 days old, with all windows at zero.
const (
	Unsold  = "unsold"
	Resting = "resting"
)

// Standing is one product at the end of one day, in one currency.
type Standing struct {
	Day                string              `json:"day"`
	ProductID          string              `json:"product_id"`
	Title              string              `json:"title"`
	Vendor             string              `json:"vendor"`
	Currency           *string             `json:"currency"`
	Windows            map[int]Window      `json:"windows"` // by days: 7, 14, 30
	Trend7d            decimal.NullDecimal `json:"trend_7d"`
	FirstSaleDay       *string             `json:"first_sale_day"`
	LastSaleDay        *string             `json:"last_sale_day"`
	DaysSinceLastSale  *int64              `json:"days_since_last_sale"`
	DaysSinceFirstSale *int64              `json:"days_since_first_sale"`
	Classification     string              `json:"classification"`
	SpecName           *string             `json:"spec_name"`
	SpecGeneration     *int64              `json:"spec_generation"`
}

// Window sums the last so many days.
type Window struct {
	Units         int64           `json:"units"`
	Orders        int64           `json:"orders"`
	RefundedUnits int64           `json:"refunded_units"`
	Gross         decimal.Decimal `json:"gross"`
	Net           decimal.Decimal `json:"net"`
}

// Page is a page of products, with how many there are in all.
type Page struct {
	Day      Day        `json:"day"`
	Snapshot int64      `json:"snapshot,string"`
	Total    int64      `json:"total"`
	Items    []Standing `json:"items"`
}

// windows are those of the table.
var windows = []int{7, 14, 30}

// SortColumns lists what a page can be sorted by.
func SortColumns() []string {
	columns := []string{"title", "vendor", "product_id", "classification", "first_sale_day", "last_sale_day"}
	for _, m := range artifact.Metrics(windows) {
		columns = append(columns, m.Name)
	}
	return columns
}

// List answers with a page. Faults: InvalidInput with every field that is wrong, NotFound
// for a day before the first or after the last that has been measured.
func (r *Reader) List(ctx context.Context, q Query) (Page, error) {
	if fields := q.faults(); len(fields) > 0 {
		return Page{}, fault.Invalid("the query", fields...)
	}
	v, err := r.at(ctx, q.Day)
	if err != nil {
		return Page{}, err
	}
	defer v.release()
	where, args := q.filter()
	page := Page{Day: v.day, Snapshot: v.snapshot, Items: []Standing{}}
	if page.Total, err = v.count(ctx, where, args); err != nil {
		return Page{}, err
	}
	if int64(q.Offset) >= page.Total {
		return page, nil
	}
	rows, err := v.db.QueryContext(ctx, fmt.Sprintf("SELECT s.rowid FROM standing AS s WHERE %s ORDER BY %s LIMIT %d OFFSET %d",
		where, q.order(), q.limit(), q.Offset), args...)
	if err != nil {
		return Page{}, broken(ctx, err, "list the products")
	}
	defer rows.Close()
	for rows.Next() {
		var row int64
		var one Standing
		if err := rows.Scan(&row); err != nil {
			return Page{}, fault.Wrap(fault.Internal, err, "read a product")
		}
		if err := json.Unmarshal([]byte(v.shown[row]), &one); err != nil {
			return Page{}, fault.Wrap(fault.Internal, err, "read a product")
		}
		page.Items = append(page.Items, one)
	}
	return page, broken(ctx, rows.Err(), "list the products")
}

func (q Query) faults() []fault.Field {
	var fields []fault.Field
	report := func(name, format string, args ...any) {
		fields = append(fields, fault.Field{Name: name, Detail: fmt.Sprintf(format, args...)})
	}
	if q.Sort != "" && !slices.Contains(SortColumns(), q.Sort) {
		report("sort", "%q is none of %s", q.Sort, strings.Join(SortColumns(), ", "))
	}
	if q.Limit < 0 || q.Limit > 500 {
		report("limit", "is not between 1 and 500")
	}
	if q.Offset < 0 {
		report("offset", "is negative")
	}
	for i, c := range q.Where {
		if !slices.ContainsFunc(artifact.Metrics(windows), func(m artifact.Metric) bool { return m.Name == c.Metric }) {
			report(fmt.Sprintf("where/%d/metric", i), "%q is not a metric", c.Metric)
		}
		if !classification.KnownOp(c.Op) {
			report(fmt.Sprintf("where/%d/op", i), "%q is not a comparison, use gt, gte, lt, lte, eq or ne", c.Op)
		}
	}
	return fields
}

func (q Query) limit() int {
	if q.Limit == 0 {
		return 50
	}
	return q.Limit
}

// order sorts by an allow-listed column, and then, so that pages never overlap, by the row's place in the table: by
// product and currency.
func (q Query) order() string {
	column, direction := q.Sort, "ASC"
	if column == "" {
		column, direction = "units_30d", "DESC"
	} else if q.Descending {
		direction = "DESC"
	}
	return fmt.Sprintf("s.%s %s NULLS LAST, s.rowid", duck.Name(column), direction)
}

// filter is the query's condition; what users wrote goes as arguments.
func (q Query) filter() (string, []any) {
	parts, args := []string{"true"}, []any{}
	add := func(part string, values ...any) {
		parts, args = append(parts, part), append(args, values...)
	}
	in := func(column string, values []string) {
		if len(values) == 0 {
			return
		}
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = v
		}
		add(column+" IN ("+marks+")", list...)
	}
	in("s.classification", q.Classes)
	in("s.product_id", q.ProductIDs)
	if q.Currency != "" {
		add("s.currency_code = ?", q.Currency)
	}
	if q.Vendor != "" {
		add("s.vendor = ?", q.Vendor)
	}
	if q.Search != "" {
		add("contains(s.searched, lower(?))", q.Search)
	}
	if q.Tag != "" {
		add("s.product_id IN (SELECT product_id FROM product_tag WHERE tag = ?)", q.Tag)
	}
	if q.TagGroup != "" {
		add("s.product_id IN (SELECT t.product_id FROM product_tag AS t JOIN tag_member AS m USING (tag) WHERE m.tag_group = ?)", q.TagGroup)
	}
	for _, c := range q.Where {
		add(classification.Condition("s", c))
	}
	return strings.Join(parts, " AND "), args
}

// Share is how many of a tag's or a group's products are in a class.
type Share struct {
	Name           string `json:"name"`
	Classification string `json:"classification"`
	Products       int64  `json:"products"`
	Units30d       int64  `json:"units_30d"`
}

// ByTag spreads the products of each tag over the classes.
func (r *Reader) ByTag(ctx context.Context, day *Day) ([]Share, error) {
	return r.shares(ctx, day, "distribution_by_tag")
}

// ByTagGroup spreads the products of each tag group over the classes; a product with several tags of a group counts once.
func (r *Reader) ByTagGroup(ctx context.Context, day *Day) ([]Share, error) {
	return r.shares(ctx, day, "distribution_by_tag_group")
}

func (r *Reader) shares(ctx context.Context, day *Day, name string) ([]Share, error) {
	v, err := r.at(ctx, day)
	if err != nil {
		return nil, err
	}
	defer v.release()
	rows, err := v.db.QueryContext(ctx, script(name))
	if err != nil {
		return nil, broken(ctx, err, "spread the products over the classes")
	}
	defer rows.Close()
	all := []Share{}
	for rows.Next() {
		var s Share
		if err := rows.Scan(&s.Name, &s.Classification, &s.Products, &s.Units30d); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "read a share")
		}
		all = append(all, s)
	}
	return all, broken(ctx, rows.Err(), "spread the products over the classes")
}

// SalesDay is one day of a product in one currency. Days without a sale or refund are not listed.
type SalesDay struct {
	Day           string          `json:"day"`
	Currency      string          `json:"currency"`
	Orders        int64           `json:"orders"`
	UnitsOrdered  int64           `json:"units_ordered"`
	UnitsRefunded int64           `json:"units_refunded"`
	Gross         decimal.Decimal `json:"gross"`
	Discount      decimal.Decimal `json:"discount"`
	Refund        decimal.Decimal `json:"refund"`
	Net           decimal.Decimal `json:"net"`
}

// longestSeries bounds the files that one question reads.
const longestSeries = 400

// Series lists a product's days, oldest first. Faults: InvalidInput for a range that is backwards or longer than 400 days.
func (r *Reader) Series(ctx context.Context, productID string, from, to Day) ([]SalesDay, error) {
	if to < from || to-from >= longestSeries {
		return nil, fault.Invalid("the range", fault.Field{Name: "to", Detail: fmt.Sprintf("is before from, or more than %d days after it", longestSeries)})
	}
	table, err := r.lake.Table(ctx, lakehouse.MeasurementSales)
	if err != nil {
		return nil, err
	}
	sales := &shelf{table: table, cache: r.cache}
	files, err := sales.plan(ctx, span{from, to})
	if err != nil {
		return nil, err
	}
	lease, err := sales.lease(ctx, files.of(span{from, to}))
	if err != nil {
		return nil, err
	}
	defer lease.Release()
	if len(lease.Paths) == 0 {
		return []SalesDay{}, nil
	}
	v, err := r.at(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.release()
	rows, err := v.db.QueryContext(ctx, `SELECT day, currency_code, orders, units_ordered, units_refunded, gross_amount::VARCHAR,
		discount_amount::VARCHAR, refund_amount::VARCHAR, net_amount::VARCHAR
		FROM read_parquet(`+duck.List(lease.Paths)+`, hive_partitioning = false) WHERE product_id = ? ORDER BY day, currency_code`, productID)
	if err != nil {
		return nil, broken(ctx, err, "list the product's days")
	}
	defer rows.Close()
	all := []SalesDay{}
	for rows.Next() {
		var day time.Time
		var s SalesDay
		if err := rows.Scan(&day, &s.Currency, &s.Orders, &s.UnitsOrdered, &s.UnitsRefunded, &s.Gross, &s.Discount, &s.Refund, &s.Net); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "read a day")
		}
		s.Day = day.UTC().Format(time.DateOnly)
		all = append(all, s)
	}
	return all, broken(ctx, rows.Err(), "list the product's days")
}
