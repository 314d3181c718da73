// Package event holds what travels on the three telemetry streams: one Go struct per stream, whose JSON names are the
// Iceberg columns of DESIGN's telemetry tables. Producers fill them, internal/streams carries them as NDJSON, and the
// transforms of internal/lakehouse read them by name. Money is a decimal string, times are RFC 3339 in UTC.
package event

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"
)

// SchemaVersion stands on every event; a transform refuses a version that it does not know.
const SchemaVersion = 1

// The streams: one a pipeline.
const (
	StreamCommerce    = "COMMERCE_TELEMETRY"
	StreamPublication = "PUBLICATION_TELEMETRY"
	StreamSync        = "SYNC_TELEMETRY"
)

// The subjects that the streams collect. Publication events may be sharded below theirs.
const (
	SubjectCommerce    = "commerce.telemetry"
	SubjectPublication = "publication.telemetry"
	SubjectSync        = "sync.telemetry"
)

// Types of commerce events.
const (
	OrderCreated       = "order_created"
	OrderCompleted     = "order_completed"
	PaymentCaptured    = "payment_captured"
	PaymentRefunded    = "payment_refunded"
	FulfillmentShipped = "fulfillment_shipped"
	ReturnRequested    = "return_requested"
)

// Types of publication events.
const (
	Click      = "click"
	Impression = "impression"
	View       = "view"
	Engagement = "engagement"
	Conversion = "conversion"
)

// Types of sync events.
const (
	WorkflowStarted   = "workflow_started"
	StepCompleted     = "step_completed"
	WorkflowCompleted = "workflow_completed"
	WorkflowFailed    = "workflow_failed"
)

// Commerce is one row of commerce.telemetry. Item columns are nil on rows that speak of a whole order or transaction.
// Amounts are positive, in the shop's currency, with at most four decimals.
type Commerce struct {
	EventID                 string           `json:"event_id"`
	EventType               string           `json:"event_type"`
	EventTS                 time.Time        `json:"event_ts"`
	IngestTS                time.Time        `json:"ingest_ts"`
	ShopDomain              string           `json:"shop_domain"`
	OrderID                 string           `json:"order_id"`
	OrderName               string           `json:"order_name"`
	LineItemID              *string          `json:"line_item_id,omitempty"`
	ProductID               *string          `json:"product_id,omitempty"`
	ProductVariantID        *string          `json:"product_variant_id,omitempty"`
	SKU                     *string          `json:"sku,omitempty"`
	Title                   *string          `json:"title,omitempty"`
	Quantity                *int64           `json:"quantity,omitempty"`
	UnitPrice               *decimal.Decimal `json:"unit_price,omitempty"`
	GrossAmount             *decimal.Decimal `json:"gross_amount,omitempty"`
	DiscountAmount          *decimal.Decimal `json:"discount_amount,omitempty"`
	TaxAmount               *decimal.Decimal `json:"tax_amount,omitempty"`
	NetAmount               *decimal.Decimal `json:"net_amount,omitempty"`
	CurrencyCode            string           `json:"currency_code"`
	CustomerID              *string          `json:"customer_id,omitempty"`
	Channel                 *string          `json:"channel,omitempty"`
	CountryCode             *string          `json:"country_code,omitempty"`
	ProductTags             []string         `json:"product_tags,omitempty"`
	PresentmentAmount       *decimal.Decimal `json:"presentment_amount,omitempty"`
	PresentmentCurrencyCode *string          `json:"presentment_currency_code,omitempty"`
	IsTest                  bool             `json:"is_test"`
	RunID                   string           `json:"run_id"`
	SchemaVersion           int              `json:"schema_version"`
}

// Publication is one row of publication.telemetry: one engagement of one visitor.
type Publication struct {
	EventID             string           `json:"event_id"`
	EventType           string           `json:"event_type"`
	EventTS             time.Time        `json:"event_ts"`
	IngestTS            time.Time        `json:"ingest_ts"`
	PublisherID         string           `json:"publisher_id"`
	PublicationID       *string          `json:"publication_id,omitempty"`
	PublicationItemID   *string          `json:"publication_item_id,omitempty"`
	MembershipProgramID *string          `json:"membership_program_id,omitempty"`
	ProductIDs          []string         `json:"product_ids,omitempty"`
	VisitorHash         *string          `json:"visitor_hash,omitempty"`
	SessionHash         *string          `json:"session_hash,omitempty"`
	DeviceKind          *string          `json:"device_kind,omitempty"`
	CountryCode         *string          `json:"country_code,omitempty"`
	ReferrerHost        *string          `json:"referrer_host,omitempty"`
	Amount              *decimal.Decimal `json:"amount,omitempty"`
	CurrencyCode        *string          `json:"currency_code,omitempty"`
	Properties          json.RawMessage  `json:"properties,omitempty"`
	SchemaVersion       int              `json:"schema_version"`
}

// Sync is one row of sync.telemetry: a workflow's start, one of its steps, or its end.
type Sync struct {
	EventID         string     `json:"event_id"`
	EventType       string     `json:"event_type"`
	EventTS         time.Time  `json:"event_ts"`
	WorkflowID      string     `json:"workflow_id"`
	RunID           string     `json:"run_id"`
	WorkflowType    string     `json:"workflow_type"`
	JobType         string     `json:"job_type,omitempty"`
	Step            string     `json:"step,omitempty"`
	Attempt         int32      `json:"attempt"`
	RecordsIn       *int64     `json:"records_in,omitempty"`
	RecordsOut      *int64     `json:"records_out,omitempty"`
	Bytes           *int64     `json:"bytes,omitempty"`
	DurationMS      *int64     `json:"duration_ms,omitempty"`
	WatermarkBefore *time.Time `json:"watermark_before,omitempty"`
	WatermarkAfter  *time.Time `json:"watermark_after,omitempty"`
	ErrorCode       string     `json:"error_code,omitempty"`
	ErrorMessage    string     `json:"error_message,omitempty"`
	SchemaVersion   int        `json:"schema_version"`
}
