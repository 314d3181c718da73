package lakehouse

import "fmt"

func measurementSales() Definition {
	return Definition{
		Name:      MeasurementSales,
		About:     "Sales by shop day, product and currency. A refund counts on the day it happens.",
		Partition: Partition{"day", ByValue},
		Columns: []Column{
			{"day", "date", "day in the shop's time zone"},
			{"product_id", "string", "product.id"},
			{"currency_code", "string", "the shop's currency, ISO 4217"},
			{"orders", "long", "orders with the product"},
			{"units_ordered", "long", "units ordered"},
			{"gross_amount", "money", "of the units ordered"},
			{"discount_amount", "money", "of the units ordered"},
			{"units_refunded", "long", "units refunded that day"},
			{"refund_amount", "money", "refunded that day"},
			{"net_amount", "money", "gross less discount less refund"},
			{"computed_ts", "timestamptz", "when the row was computed"},
		},
	}
}

func measurementPerformance() Definition {
	columns := []Column{
		{"as_of_day", "date", "day in the shop's time zone; the windows end with it"},
		{"product_id", "string", "product.id"},
		{"currency_code", "string", "the shop's currency, ISO 4217"},
	}
	for _, days := range []int{7, 14, 30} {
		columns = append(columns,
			Column{fmt.Sprintf("units_%dd", days), "long", fmt.Sprintf("units ordered in the last %d days", days)},
			Column{fmt.Sprintf("orders_%dd", days), "long", fmt.Sprintf("orders in the last %d days", days)},
			Column{fmt.Sprintf("gross_%dd", days), "money", fmt.Sprintf("gross amount of the last %d days", days)},
			Column{fmt.Sprintf("net_%dd", days), "money", fmt.Sprintf("net amount of the last %d days", days)},
			Column{fmt.Sprintf("refunded_units_%dd", days), "long", fmt.Sprintf("units refunded in the last %d days", days)},
		)
	}
	return Definition{
		Name:      MeasurementPerform,
		About:     "Windows and class of every product, for every day from its first sale until 365 days after its last.",
		Partition: Partition{"as_of_day", ByValue},
		Columns: append(columns,
			Column{"trend_7d", "ratio", "units_7d over the units of the 7 days before; null where those had none"},
			Column{"first_sale_day", "date", "first day with a sale"},
			Column{"last_sale_day", "date", "last day with a sale"},
			Column{"days_since_last_sale", "int", "whole days"},
			Column{"classification", "string", "class by the spec, or by staff's override"},
			Column{"spec_name", "string", "spec that classified"},
			Column{"spec_generation", "long", "generation of the spec"},
			Column{"computed_ts", "timestamptz", "when the row was computed"},
		),
	}
}
