package row

import (
	"time"

	"bluntcases.com/platform/internal/money"
)

// Fulfillment is a row of fulfillment.
type Fulfillment struct {
	ID string `col:"id"`
	Mirror
	FulfillmentName       string      `col:"fulfillment_name,null"`
	StockLocationID       string      `col:"stock_location_id,null"`
	FulfillmentProviderID string      `col:"fulfillment_provider_id,null"`
	LegacyID              Opt[int64]  `col:"shopify_legacy_id"`
	DisplayStatus         string      `col:"display_status,null"`
	ServiceName           string      `col:"service_name,null"`
	TotalQuantity         int32       `col:"total_quantity"`
	RequiresShipping      bool        `col:"requires_shipping"`
	ShipTS                time.Time   `col:"ship_ts"`
	InTransitTS           time.Time   `col:"in_transit_ts"`
	EstimatedDeliveryTS   time.Time   `col:"estimated_delivery_ts"`
	DeliverTS             time.Time   `col:"deliver_ts"`
	Phase                 Phase       `col:"status"`
	Annotations           Annotations `col:"annotations" keys:"status displayStatus"`
}

// FulfillmentItem is a row of fulfillment_item.
type FulfillmentItem struct {
	ID string `col:"id"`
	Part
	FulfillmentID   string       `col:"fulfillment_id"`
	OrderLineItemID string       `col:"order_line_item_id,null"`
	Title           string       `col:"title,null"`
	SKU             string       `col:"sku,null"`
	Quantity        int32        `col:"quantity"`
	CurrencyCode    string       `col:"currency_code,null"`
	OriginalTotal   money.Amount `col:"original_total"`
	DiscountedTotal money.Amount `col:"discounted_total"`
}

// FulfillmentLabel is a row of fulfillment_label: one tracking number.
type FulfillmentLabel struct {
	ID             string `col:"id"`
	FulfillmentID  string `col:"fulfillment_id"`
	Position       int32  `col:"position"`
	Carrier        string `col:"carrier,null"`
	TrackingNumber string `col:"tracking_number,null"`
	TrackingURL    string `col:"tracking_url,null"`
}

// LinkOrderHeaderFulfillment is a row of link_order_header_fulfillment.
type LinkOrderHeaderFulfillment struct {
	ID            string `col:"id"`
	OrderHeaderID string `col:"order_header_id"`
	FulfillmentID string `col:"fulfillment_id"`
}

// FulfillmentProvider is a row of fulfillment_provider.
type FulfillmentProvider struct {
	ID string `col:"id"`
	Part
	Code         string `col:"code"`
	Name         string `col:"name"`
	ProviderKind string `col:"provider_kind"`
}

// ReturnHeader is a row of return_header.
type ReturnHeader struct {
	ID string `col:"id"`
	Part
	OrderHeaderID string      `col:"order_header_id"`
	ReturnName    string      `col:"return_name,null"`
	TotalQuantity int32       `col:"total_quantity"`
	CurrencyCode  string      `col:"currency_code,null"`
	DeclineReason string      `col:"decline_reason,null"`
	DeclineNote   string      `col:"decline_note,null"`
	RequestTS     time.Time   `col:"request_ts"`
	ApproveTS     time.Time   `col:"approve_ts"`
	CloseTS       time.Time   `col:"close_ts"`
	Phase         Phase       `col:"status"`
	Annotations   Annotations `col:"annotations" keys:"status"`
}

// ReturnItem is a row of return_item.
type ReturnItem struct {
	ID string `col:"id"`
	Part
	ReturnHeaderID     string       `col:"return_header_id"`
	OrderLineItemID    string       `col:"order_line_item_id"`
	FulfillmentItemID  string       `col:"fulfillment_item_id,null"`
	ReturnReasonID     string       `col:"return_reason_id,null"`
	Quantity           int32        `col:"quantity"`
	ProcessedQuantity  int32        `col:"processed_quantity"`
	RefundableQuantity int32        `col:"refundable_quantity"`
	RefundedQuantity   int32        `col:"refunded_quantity"`
	CurrencyCode       string       `col:"currency_code,null"`
	DiscountedTotal    money.Amount `col:"discounted_total"`
	RestockingFee      money.Amount `col:"restocking_fee"`
	ReasonNote         string       `col:"reason_note,null"`
	CustomerNote       string       `col:"customer_note,null"`
	Annotations        Annotations  `col:"annotations" keys:"returnReasonDefinition"`
}
