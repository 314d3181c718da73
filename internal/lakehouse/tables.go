package lakehouse

// Names of the tables.
const (
	CommerceTelemetry    = "commerce.telemetry"
	PublicationTelemetry = "publication.telemetry"
	SyncTelemetry        = "sync.telemetry"
	DeadLetter           = "sync.dead_letter"
	ObjectiveSpec        = "configuration.objective_spec"
	MeasurementSales     = "measurement.sales"
	MeasurementPerform   = "measurement.performance"
)

// Definitions lists every table, in the order in which they are made.
func Definitions() []Definition {
	return []Definition{
		commerceTelemetry(), publicationTelemetry(), syncTelemetry(), deadLetter(),
		measurementSales(), measurementPerformance(), objectiveSpec(),
	}
}

// Find returns a table's definition by its name.
func Find(name string) (Definition, bool) {
	for _, d := range Definitions() {
		if d.Name == name {
			return d, true
		}
	}
	return Definition{}, false
}

func commerceTelemetry() Definition {
	return Definition{
		Name:      CommerceTelemetry,
		About:     "Order lifecycle events: one row per line item, or per order or transaction where the item columns are null.",
		Partition: Partition{"event_ts", ByDay},
		Columns: []Column{
			{"event_id", "string", "derived from shop, object, event type (and time, for edits); unique"},
			{"event_type", "string", "order_created, order_completed, payment_captured, payment_refunded, fulfillment_shipped, return_requested"},
			{"event_ts", "timestamptz", "when it happened in the shop"},
			{"ingest_ts", "timestamptz", "when it was read from the shop"},
			{"shop_domain", "string", "the shop's myshopify.com domain"},
			{"order_id", "string", "order_header.id"},
			{"order_name", "string", "the order's number as customers see it"},
			{"line_item_id", "string", "order_line_item.id"},
			{"product_id", "string", "product.id"},
			{"product_variant_id", "string", "product_variant.id"},
			{"sku", "string", "stock keeping unit"},
			{"title", "string", "title of the line item when it was ordered"},
			{"quantity", "long", "units ordered, refunded, shipped or asked to be returned"},
			{"unit_price", "money", "price of one unit before discounts, in the shop's currency"},
			{"gross_amount", "money", "unit price times quantity; positive, also of a refund"},
			{"discount_amount", "money", "discounts on the line; positive"},
			{"tax_amount", "money", "taxes on the line; positive"},
			{"net_amount", "money", "gross less discount"},
			{"currency_code", "string", "the shop's currency, ISO 4217"},
			{"customer_id", "string", "customer.id"},
			{"channel", "string", "sales channel that took the order"},
			{"country_code", "string", "where the order goes, ISO 3166-1"},
			{"product_tags", "strings", "the product's tags when the event was made"},
			{"presentment_amount", "money", "net amount in the currency that the customer saw"},
			{"presentment_currency_code", "string", "the currency that the customer saw, ISO 4217"},
			{"is_test", "boolean", "an order of the test gateway; left out of measurement"},
			{"run_id", "string", "the run that read it"},
			{"schema_version", "int", "of the event"},
		},
	}
}

func publicationTelemetry() Definition {
	return Definition{
		Name:      PublicationTelemetry,
		About:     "Engagement events: one row per click, impression, view, engagement or conversion.",
		Partition: Partition{"event_ts", ByHour},
		Columns: []Column{
			{"event_id", "string", "given by the producer; unique"},
			{"event_type", "string", "click, impression, view, engagement, conversion"},
			{"event_ts", "timestamptz", "when it happened"},
			{"ingest_ts", "timestamptz", "when the platform received it"},
			{"publisher_id", "string", "publisher.id"},
			{"publication_id", "string", "publication.id"},
			{"publication_item_id", "string", "publication_item.id"},
			{"membership_program_id", "string", "membership_program.id"},
			{"product_ids", "strings", "the products that were shown or chosen"},
			{"visitor_hash", "string", "pseudonym of the visitor"},
			{"session_hash", "string", "pseudonym of the visit"},
			{"device_kind", "string", "desktop, mobile, tablet, …"},
			{"country_code", "string", "the visitor's country, ISO 3166-1"},
			{"referrer_host", "string", "host that the visitor came from"},
			{"amount", "money", "of a conversion"},
			{"currency_code", "string", "of the amount, ISO 4217"},
			{"properties", "string", "JSON object of whatever else the producer says"},
			{"schema_version", "int", "of the event"},
		},
	}
}

func syncTelemetry() Definition {
	return Definition{
		Name:      SyncTelemetry,
		About:     "What the platform's workflows did: their starts, steps and ends.",
		Partition: Partition{"event_ts", ByDay},
		Columns: []Column{
			{"event_id", "string", "derived from workflow, run, event and step; unique"},
			{"event_type", "string", "workflow_started, step_completed, workflow_completed, workflow_failed"},
			{"event_ts", "timestamptz", "when it happened"},
			{"workflow_id", "string", "Temporal workflow id"},
			{"run_id", "string", "Temporal run id"},
			{"workflow_type", "string", "Temporal workflow type"},
			{"job_type", "string", "job that started the workflow"},
			{"step", "string", "activity that ended"},
			{"attempt", "int", "attempt that succeeded, or the last that failed"},
			{"records_in", "long", "records that the step read"},
			{"records_out", "long", "records that the step wrote"},
			{"bytes", "long", "bytes that the step moved"},
			{"duration_ms", "long", "how long it took"},
			{"watermark_before", "timestamptz", "watermark before the step"},
			{"watermark_after", "timestamptz", "watermark after the step"},
			{"error_code", "string", "code of the platform's error vocabulary"},
			{"error_message", "string", "what happened, in one sentence"},
			{"schema_version", "int", "of the event"},
		},
	}
}

func deadLetter() Definition {
	return Definition{
		Name:      DeadLetter,
		About:     "Events that a transform refused: one row when it was refused, one more each time it was redriven or dismissed.",
		Partition: Partition{"event_ts", ByDay},
		Columns: []Column{
			{"event_id", "string", "id of this record, derived from where the event stands in its stream; unique"},
			{"event_type", "string", "refused, redriven, dismissed"},
			{"event_ts", "timestamptz", "when it was refused (the time its message was stored), redriven or dismissed"},
			{"dead_letter_id", "string", "id of the refusal that this record speaks of"},
			{"stream", "string", "the stream that held the event"},
			{"subject", "string", "the subject it was published to"},
			{"sequence", "long", "stream sequence of its message"},
			{"line", "int", "line of the message, from 1"},
			{"reason", "string", "malformed, too_large, undecodable, or the field that is wrong"},
			{"payload", "string", "the event as it was, cut at 64 KiB"},
			{"schema_version", "int", "of this record"},
		},
	}
}

func objectiveSpec() Definition {
	return Definition{
		Name:  ObjectiveSpec,
		About: "Classification thresholds, replicated from the classification specs that PostgreSQL holds.",
		Columns: []Column{
			{"spec_id", "string", "macrodata_artifact.id"},
			{"name", "string", "name of the spec"},
			{"generation", "long", "generation of the spec; the newest is in force"},
			{"rank", "int", "order in which the classes are tried; the first that matches wins, the default comes last"},
			{"class_name", "string", "name of the class"},
			{"conditions", "string", "JSON array of {metric, op, value}; all of them must hold"},
			{"effective_ts", "timestamptz", "since when the generation is in force"},
		},
	}
}
