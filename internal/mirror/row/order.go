package row

import (
	"time"

	"bluntcases.com/platform/internal/money"
)

// OrderHeader is a row of order_header, the root of an order's aggregate.
type OrderHeader struct {
	ID string `col:"id"`
	Mirror
	StoreID                 string       `col:"store_id"`
	LegacyID                Opt[int64]   `col:"shopify_legacy_id"`
	OrderNumber             Opt[int64]   `col:"order_number"`
	OrderName               string       `col:"order_name"`
	ConfirmationNumber      string       `col:"confirmation_number,null"`
	PONumber                string       `col:"po_number,null"`
	CustomerID              string       `col:"customer_id,null"`
	SalesChannelID          string       `col:"sales_channel_id,null"`
	Email                   string       `col:"email,null"`
	Phone                   string       `col:"phone,null"`
	CustomerLocale          string       `col:"customer_locale,null"`
	CurrencyCode            string       `col:"currency_code"`
	PresentmentCurrencyCode string       `col:"presentment_currency_code,null"`
	FinancialStatus         string       `col:"financial_status"`
	FulfillmentStatus       string       `col:"fulfillment_status"`
	ReturnStatus            string       `col:"return_status"`
	CancelReason            string       `col:"cancel_reason,null"`
	SourceName              string       `col:"source_name,null"`
	SourceReference         string       `col:"source_reference,null"`
	DiscountCodes           []string     `col:"discount_codes"`
	TagValues               []string     `col:"tag_values"`
	PaymentGateways         []string     `col:"payment_gateways"`
	Note                    string       `col:"note,null"`
	CustomAttributes        Object       `col:"custom_attributes"`
	CustomerJourney         JSON         `col:"customer_journey"`
	ItemQuantity            int32        `col:"item_quantity"`
	IsTaxIncluded           bool         `col:"is_tax_included"`
	IsTaxExempt             bool         `col:"is_tax_exempt"`
	IsTest                  bool         `col:"is_test"`
	IsEdited                bool         `col:"is_edited"`
	SubtotalPrice           money.Amount `col:"subtotal_price"`
	TotalDiscount           money.Amount `col:"total_discount"`
	TotalShipping           money.Amount `col:"total_shipping"`
	TotalTax                money.Amount `col:"total_tax"`
	TotalDuty               money.Amount `col:"total_duty"`
	TotalTip                money.Amount `col:"total_tip"`
	TotalPrice              money.Amount `col:"total_price"`
	ProcessTS               time.Time    `col:"process_ts"`
	CloseTS                 time.Time    `col:"close_ts"`
	CancelTS                time.Time    `col:"cancel_ts"`
	Phase                   Phase        `col:"status"`
	Annotations             Annotations  `col:"annotations" keys:"digest displayFinancialStatus displayFulfillmentStatus returnStatus cancelReason"`
}

// OrderAddress is a row of order_address.
type OrderAddress struct {
	ID            string  `col:"id"`
	OrderHeaderID string  `col:"order_header_id"`
	AddressRole   string  `col:"address_role"`
	FirstName     string  `col:"first_name,null"`
	LastName      string  `col:"last_name,null"`
	CompanyName   string  `col:"company_name,null"`
	Address1      string  `col:"address_1,null"`
	Address2      string  `col:"address_2,null"`
	City          string  `col:"city,null"`
	Province      string  `col:"province,null"`
	ProvinceCode  string  `col:"province_code,null"`
	PostalCode    string  `col:"postal_code,null"`
	CountryCode   string  `col:"country_code,null"`
	Phone         string  `col:"phone,null"`
	Latitude      Decimal `col:"latitude"`
	Longitude     Decimal `col:"longitude"`
}

// OrderSummary is a row of order_summary; a mirrored order has one, of version 1.
type OrderSummary struct {
	ID                    string       `col:"id"`
	OrderHeaderID         string       `col:"order_header_id"`
	CurrencyCode          string       `col:"currency_code"`
	CurrentSubtotal       money.Amount `col:"current_subtotal"`
	CurrentDiscount       money.Amount `col:"current_discount"`
	CurrentShipping       money.Amount `col:"current_shipping"`
	CurrentTax            money.Amount `col:"current_tax"`
	CurrentDuty           money.Amount `col:"current_duty"`
	CurrentTotal          money.Amount `col:"current_total"`
	PaidTotal             money.Amount `col:"paid_total"`
	RefundedTotal         money.Amount `col:"refunded_total"`
	RefundedShippingTotal money.Amount `col:"refunded_shipping_total"`
	OutstandingTotal      money.Amount `col:"outstanding_total"`
	CapturableTotal       money.Amount `col:"capturable_total"`
	NetPaymentTotal       money.Amount `col:"net_payment_total"`
	CurrentItemQuantity   int32        `col:"current_item_quantity"`
	FulfilledQuantity     int32        `col:"fulfilled_quantity"`
	RefundedQuantity      int32        `col:"refunded_quantity"`
	ObserveTS             time.Time    `col:"observe_ts,inherited"`
}

// OrderLineItem is a row of order_line_item.
type OrderLineItem struct {
	ID string `col:"id"`
	Part
	OrderHeaderID           string       `col:"order_header_id"`
	ProductID               string       `col:"product_id,null"`
	ProductVariantID        string       `col:"product_variant_id,null"`
	Position                int32        `col:"position"`
	Title                   string       `col:"title"`
	VariantTitle            string       `col:"variant_title,null"`
	Vendor                  string       `col:"vendor,null"`
	SKU                     string       `col:"sku,null"`
	ThumbnailURL            string       `col:"thumbnail_url,null"`
	CustomAttributes        Object       `col:"custom_attributes"`
	Quantity                int32        `col:"quantity"`
	CurrentQuantity         int32        `col:"current_quantity"`
	FulfilledQuantity       int32        `col:"fulfilled_quantity"`
	ShippedQuantity         int32        `col:"shipped_quantity"`
	DeliveredQuantity       int32        `col:"delivered_quantity"`
	ReturnRequestedQuantity int32        `col:"return_requested_quantity"`
	ReturnReceivedQuantity  int32        `col:"return_received_quantity"`
	RefundedQuantity        int32        `col:"refunded_quantity"`
	UnfulfilledQuantity     int32        `col:"unfulfilled_quantity"`
	CurrencyCode            string       `col:"currency_code"`
	UnitPrice               money.Amount `col:"unit_price"`
	DiscountedUnitPrice     money.Amount `col:"discounted_unit_price"`
	OriginalTotal           money.Amount `col:"original_total"`
	TotalDiscount           money.Amount `col:"total_discount"`
	DiscountedTotal         money.Amount `col:"discounted_total"`
	TotalTax                money.Amount `col:"total_tax"`
	OrderProcessTS          time.Time    `col:"order_process_ts"`
	IsTaxable               bool         `col:"is_taxable"`
	IsGiftCard              bool         `col:"is_gift_card"`
	RequiresShipping        bool         `col:"requires_shipping"`
	IsTaxInclusive          bool         `col:"is_tax_inclusive"`
	Annotations             Annotations  `col:"annotations" keys:"nonFulfillableQuantity"`
}

// TaxLine is what the two tax line tables share.
type TaxLine struct {
	Position        int32        `col:"position"`
	Title           string       `col:"title"`
	Rate            Decimal      `col:"rate"`
	CurrencyCode    string       `col:"currency_code"`
	Amount          money.Amount `col:"amount"`
	Source          string       `col:"source,null"`
	IsChannelLiable bool         `col:"is_channel_liable"`
}

// Adjustment is what the two adjustment tables share.
type Adjustment struct {
	Position         int32        `col:"position"`
	ApplicationIndex Opt[int32]   `col:"application_index"`
	AdjustmentKind   string       `col:"adjustment_kind"`
	Code             string       `col:"code,null"`
	Description      string       `col:"description,null"`
	AllocationMethod string       `col:"allocation_method"`
	CurrencyCode     string       `col:"currency_code"`
	Amount           money.Amount `col:"amount"`
	Annotations      Annotations  `col:"annotations" keys:"discountApplication allocationMethod"`
}

// OrderLineItemTaxLine is a row of order_line_item_tax_line.
type OrderLineItemTaxLine struct {
	ID              string `col:"id"`
	OrderLineItemID string `col:"order_line_item_id"`
	TaxLine
}

// OrderLineItemAdjustment is a row of order_line_item_adjustment.
type OrderLineItemAdjustment struct {
	ID              string `col:"id"`
	OrderLineItemID string `col:"order_line_item_id"`
	Adjustment
}

// OrderShippingMethod is a row of order_shipping_method.
type OrderShippingMethod struct {
	ID string `col:"id"`
	Part
	OrderHeaderID     string       `col:"order_header_id"`
	Position          int32        `col:"position"`
	Title             string       `col:"title"`
	Code              string       `col:"code,null"`
	CarrierIdentifier string       `col:"carrier_identifier,null"`
	DeliveryCategory  string       `col:"delivery_category,null"`
	Source            string       `col:"source,null"`
	CurrencyCode      string       `col:"currency_code"`
	Amount            money.Amount `col:"amount"`
	DiscountedAmount  money.Amount `col:"discounted_amount"`
	IsCustom          bool         `col:"is_custom"`
	IsRemoved         bool         `col:"is_removed"`
	IsTaxInclusive    bool         `col:"is_tax_inclusive"`
}

// OrderShippingMethodTaxLine is a row of order_shipping_method_tax_line.
type OrderShippingMethodTaxLine struct {
	ID                    string `col:"id"`
	OrderShippingMethodID string `col:"order_shipping_method_id"`
	TaxLine
}

// OrderShippingMethodAdjustment is a row of order_shipping_method_adjustment.
type OrderShippingMethodAdjustment struct {
	ID                    string `col:"id"`
	OrderShippingMethodID string `col:"order_shipping_method_id"`
	Adjustment
}

// OrderChange is a row of order_change: one agreement of an edited order.
type OrderChange struct {
	ID string `col:"id"`
	Part
	OrderHeaderID   string      `col:"order_header_id"`
	ReturnHeaderID  string      `col:"return_header_id,null"`
	PaymentRefundID string      `col:"payment_refund_id,null"`
	ChangeKind      string      `col:"change_kind"`
	ConfirmTS       time.Time   `col:"confirm_ts"`
	Phase           Phase       `col:"status"`
	Annotations     Annotations `col:"annotations" keys:"reason"`
}

// OrderChangeAction is a row of order_change_action: one sale of an agreement.
type OrderChangeAction struct {
	ID              string       `col:"id"`
	OrderChangeID   string       `col:"order_change_id"`
	OrderHeaderID   string       `col:"order_header_id"`
	OrderLineItemID string       `col:"order_line_item_id,null"`
	Ordering        int32        `col:"ordering"`
	Action          string       `col:"action"`
	Quantity        int32        `col:"quantity"`
	CurrencyCode    string       `col:"currency_code,null"`
	Amount          money.Amount `col:"amount"`
	Details         Object       `col:"details"`
	IsApplied       bool         `col:"is_applied"`
}
