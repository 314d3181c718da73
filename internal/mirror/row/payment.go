package row

import (
	"time"

	"bluntcases.com/platform/internal/money"
)

// OrderTransaction is a row of order_transaction.
type OrderTransaction struct {
	ID string `col:"id"`
	Part
	OrderHeaderID            string       `col:"order_header_id"`
	ParentOrderTransactionID string       `col:"parent_order_transaction_id,null"`
	PaymentID                string       `col:"payment_id,null"`
	PaymentCaptureID         string       `col:"payment_capture_id,null"`
	PaymentRefundID          string       `col:"payment_refund_id,null"`
	TransactionKind          string       `col:"transaction_kind"`
	Gateway                  string       `col:"gateway,null"`
	GatewayLabel             string       `col:"gateway_label,null"`
	PaymentReference         string       `col:"payment_reference,null"`
	ErrorCode                string       `col:"error_code,null"`
	CurrencyCode             string       `col:"currency_code"`
	Amount                   money.Amount `col:"amount"`
	FeeTotal                 money.Amount `col:"fee_total"`
	SettlementCurrencyCode   string       `col:"settlement_currency_code,null"`
	SettlementRate           Decimal      `col:"settlement_rate"`
	PaymentDetails           Object       `col:"payment_details"`
	IsTest                   bool         `col:"is_test"`
	IsManualGateway          bool         `col:"is_manual_gateway"`
	ProcessTS                time.Time    `col:"process_ts"`
	AuthorizationExpireTS    time.Time    `col:"authorization_expire_ts"`
	Phase                    Phase        `col:"status"`
	Annotations              Annotations  `col:"annotations" keys:"kind status"`
}

// PaymentCollection is a row of payment_collection; a mirrored order has one.
type PaymentCollection struct {
	ID               string       `col:"id"`
	CurrencyCode     string       `col:"currency_code"`
	Amount           money.Amount `col:"amount"`
	AuthorizedAmount money.Amount `col:"authorized_amount"`
	CapturedAmount   money.Amount `col:"captured_amount"`
	RefundedAmount   money.Amount `col:"refunded_amount"`
	CompleteTS       time.Time    `col:"complete_ts"`
	Phase            Phase        `col:"status"`
}

// LinkOrderHeaderPaymentCollection is a row of link_order_header_payment_collection.
type LinkOrderHeaderPaymentCollection struct {
	ID                  string `col:"id"`
	OrderHeaderID       string `col:"order_header_id"`
	PaymentCollectionID string `col:"payment_collection_id"`
}

// Payment is a row of payment: one per distinct OrderTransaction.paymentId.
type Payment struct {
	ID                  string       `col:"id"`
	PaymentCollectionID string       `col:"payment_collection_id"`
	PaymentProviderID   string       `col:"payment_provider_id"`
	CustomerID          string       `col:"customer_id,null"`
	CurrencyCode        string       `col:"currency_code"`
	Amount              money.Amount `col:"amount"`
	ExternalID          string       `col:"external_id,null"`
	AuthorizeTS         time.Time    `col:"authorize_ts"`
	CaptureTS           time.Time    `col:"capture_ts"`
	CancelTS            time.Time    `col:"cancel_ts"`
	Phase               Phase        `col:"status"`
}

// PaymentCapture is a row of payment_capture: one per successful CAPTURE or SALE.
type PaymentCapture struct {
	ID           string       `col:"id"`
	PaymentID    string       `col:"payment_id"`
	CurrencyCode string       `col:"currency_code"`
	Amount       money.Amount `col:"amount"`
	ExternalID   string       `col:"external_id,null"`
	CaptureTS    time.Time    `col:"capture_ts"`
}

// PaymentRefund is a row of payment_refund.
type PaymentRefund struct {
	ID string `col:"id"`
	Mirror
	OrderHeaderID       string       `col:"order_header_id"`
	PaymentID           string       `col:"payment_id,null"`
	PaymentCollectionID string       `col:"payment_collection_id,null"`
	ReturnHeaderID      string       `col:"return_header_id,null"`
	Note                string       `col:"note,null"`
	CurrencyCode        string       `col:"currency_code"`
	Amount              money.Amount `col:"amount"`
	ShippingAmount      money.Amount `col:"shipping_amount"`
	DutyAmount          money.Amount `col:"duty_amount"`
	AdjustmentAmount    money.Amount `col:"adjustment_amount"`
	Adjustments         JSON         `col:"adjustments"`
	ProcessTS           time.Time    `col:"process_ts"`
	Phase               Phase        `col:"status"`
}

// PaymentRefundItem is a row of payment_refund_item.
type PaymentRefundItem struct {
	ID string `col:"id"`
	Part
	PaymentRefundID string       `col:"payment_refund_id"`
	OrderLineItemID string       `col:"order_line_item_id"`
	StockLocationID string       `col:"stock_location_id,null"`
	Position        int32        `col:"position"`
	Quantity        int32        `col:"quantity"`
	RestockKind     string       `col:"restock_kind"`
	CurrencyCode    string       `col:"currency_code"`
	UnitPrice       money.Amount `col:"unit_price"`
	Subtotal        money.Amount `col:"subtotal"`
	TotalTax        money.Amount `col:"total_tax"`
	IsRestocked     bool         `col:"is_restocked"`
	Annotations     Annotations  `col:"annotations" keys:"restockType"`
}
