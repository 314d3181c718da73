package source

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Order is a root line of bulk_orders.
type Order struct {
	ID                      string         `json:"id"`
	LegacyID                Count          `json:"legacyResourceId"`
	Name                    string         `json:"name"`
	Number                  int64          `json:"number"`
	ConfirmationNumber      string         `json:"confirmationNumber"`
	PONumber                string         `json:"poNumber"`
	Customer                Ref            `json:"customer"`
	Email                   string         `json:"email"`
	Phone                   string         `json:"phone"`
	CustomerLocale          string         `json:"customerLocale"`
	CurrencyCode            string         `json:"currencyCode"`
	PresentmentCurrencyCode string         `json:"presentmentCurrencyCode"`
	FinancialStatus         string         `json:"displayFinancialStatus"`
	FulfillmentStatus       string         `json:"displayFulfillmentStatus"`
	ReturnStatus            string         `json:"returnStatus"`
	CancelReason            string         `json:"cancelReason"`
	SourceName              string         `json:"sourceName"`
	SourceIdentifier        string         `json:"sourceIdentifier"`
	Publication             Ref            `json:"publication"`
	Attribution             Attribution    `json:"attribution"`
	DiscountCodes           []string       `json:"discountCodes"`
	Tags                    []string       `json:"tags"`
	PaymentGatewayNames     []string       `json:"paymentGatewayNames"`
	Note                    string         `json:"note"`
	CustomAttributes        []Attribute    `json:"customAttributes"`
	CustomerJourneySummary  jsontext.Value `json:"customerJourneySummary"`
	ItemQuantity            int32          `json:"subtotalLineItemsQuantity"`
	CurrentItemQuantity     int32          `json:"currentSubtotalLineItemsQuantity"`
	TaxesIncluded           bool           `json:"taxesIncluded"`
	TaxExempt               bool           `json:"taxExempt"`
	Test                    bool           `json:"test"`
	Edited                  bool           `json:"edited"`
	SubtotalPrice           Bag            `json:"subtotalPriceSet"`
	TotalDiscounts          Bag            `json:"totalDiscountsSet"`
	TotalShippingPrice      Bag            `json:"totalShippingPriceSet"`
	TotalTax                Bag            `json:"totalTaxSet"`
	OriginalTotalDuties     Bag            `json:"originalTotalDutiesSet"`
	TotalTipReceived        Bag            `json:"totalTipReceivedSet"`
	TotalPrice              Bag            `json:"totalPriceSet"`
	CurrentSubtotalPrice    Bag            `json:"currentSubtotalPriceSet"`
	CurrentTotalDiscounts   Bag            `json:"currentTotalDiscountsSet"`
	CurrentShippingPrice    Bag            `json:"currentShippingPriceSet"`
	CurrentTotalTax         Bag            `json:"currentTotalTaxSet"`
	CurrentTotalDuties      Bag            `json:"currentTotalDutiesSet"`
	CurrentTotalPrice       Bag            `json:"currentTotalPriceSet"`
	TotalReceived           Bag            `json:"totalReceivedSet"`
	TotalRefunded           Bag            `json:"totalRefundedSet"`
	TotalRefundedShipping   Bag            `json:"totalRefundedShippingSet"`
	TotalOutstanding        Bag            `json:"totalOutstandingSet"`
	TotalCapturable         Bag            `json:"totalCapturableSet"`
	NetPayment              Bag            `json:"netPaymentSet"`
	ProcessedAt             time.Time      `json:"processedAt"`
	CreatedAt               time.Time      `json:"createdAt"`
	UpdatedAt               time.Time      `json:"updatedAt"`
	ClosedAt                time.Time      `json:"closedAt"`
	CancelledAt             time.Time      `json:"cancelledAt"`
	ShippingAddress         *Address       `json:"shippingAddress"`
	BillingAddress          *Address       `json:"billingAddress"`
	Transactions            []Transaction  `json:"transactions"`
	Refunds                 []Refund       `json:"refunds"`
	Fulfillments            []Fulfillment  `json:"fulfillments"`
}

// Attribution says by which channel an order came.
type Attribution struct {
	Handle      string `json:"handle"`
	DisplayName string `json:"displayName"`
}

// Address is a MailingAddress. Orders select no id, customers no coordinates.
type Address struct {
	ID           string `json:"id"`
	FirstName    string `json:"firstName"`
	LastName     string `json:"lastName"`
	Company      string `json:"company"`
	Address1     string `json:"address1"`
	Address2     string `json:"address2"`
	City         string `json:"city"`
	Province     string `json:"province"`
	ProvinceCode string `json:"provinceCode"`
	Zip          string `json:"zip"`
	CountryCode  string `json:"countryCodeV2"`
	Phone        string `json:"phone"`
	Latitude     Number `json:"latitude"`
	Longitude    Number `json:"longitude"`
}

// LineItem is a child line of an order.
type LineItem struct {
	ID                     string       `json:"id"`
	Product                Ref          `json:"product"`
	Variant                Ref          `json:"variant"`
	Title                  string       `json:"title"`
	VariantTitle           string       `json:"variantTitle"`
	SKU                    string       `json:"sku"`
	Vendor                 string       `json:"vendor"`
	Image                  Image        `json:"image"`
	CustomAttributes       []Attribute  `json:"customAttributes"`
	Quantity               int32        `json:"quantity"`
	CurrentQuantity        int32        `json:"currentQuantity"`
	UnfulfilledQuantity    int32        `json:"unfulfilledQuantity"`
	NonFulfillableQuantity int32        `json:"nonFulfillableQuantity"`
	RefundableQuantity     int32        `json:"refundableQuantity"`
	UnitPrice              Bag          `json:"originalUnitPriceSet"`
	DiscountedUnitPrice    Bag          `json:"discountedUnitPriceSet"`
	OriginalTotal          Bag          `json:"originalTotalSet"`
	DiscountedTotal        Bag          `json:"discountedTotalSet"`
	TotalDiscount          Bag          `json:"totalDiscountSet"`
	TaxLines               []TaxLine    `json:"taxLines"`
	Discounts              []Allocation `json:"discountAllocations"`
	RequiresShipping       bool         `json:"requiresShipping"`
	Taxable                bool         `json:"taxable"`
	IsGiftCard             bool         `json:"isGiftCard"`
}

// ShippingLine is a child line of an order. Its id may be null.
type ShippingLine struct {
	ID                string       `json:"id"`
	Title             string       `json:"title"`
	Code              string       `json:"code"`
	CarrierIdentifier string       `json:"carrierIdentifier"`
	DeliveryCategory  string       `json:"deliveryCategory"`
	Source            string       `json:"source"`
	Custom            bool         `json:"custom"`
	IsRemoved         bool         `json:"isRemoved"`
	OriginalPrice     Bag          `json:"originalPriceSet"`
	DiscountedPrice   Bag          `json:"discountedPriceSet"`
	TaxLines          []TaxLine    `json:"taxLines"`
	Discounts         []Allocation `json:"discountAllocations"`
}

// TaxLine is a tax on a line item or a shipping line.
type TaxLine struct {
	Title         string `json:"title"`
	Rate          Number `json:"rate"`
	Price         Bag    `json:"priceSet"`
	Source        string `json:"source"`
	ChannelLiable bool   `json:"channelLiable"`
}

// Allocation is the part of a discount that falls on a line.
type Allocation struct {
	Amount      Bag `json:"allocatedAmountSet"`
	Application struct {
		Typename         string `json:"__typename"`
		Index            int32  `json:"index"`
		AllocationMethod string `json:"allocationMethod"`
		Code             string `json:"code"`
		Title            string `json:"title"`
		Description      string `json:"description"`
	} `json:"discountApplication"`
}

// Transaction is an OrderTransaction.
type Transaction struct {
	ID                     string    `json:"id"`
	Kind                   string    `json:"kind"`
	Status                 string    `json:"status"`
	Gateway                string    `json:"gateway"`
	FormattedGateway       string    `json:"formattedGateway"`
	PaymentID              string    `json:"paymentId"`
	ErrorCode              string    `json:"errorCode"`
	Test                   bool      `json:"test"`
	ManualPaymentGateway   bool      `json:"manualPaymentGateway"`
	Amount                 Bag       `json:"amountSet"`
	Fees                   []Fee     `json:"fees"`
	SettlementCurrency     string    `json:"settlementCurrency"`
	SettlementCurrencyRate Number    `json:"settlementCurrencyRate"`
	Details                Card      `json:"paymentDetails"`
	Parent                 Ref       `json:"parentTransaction"`
	ProcessedAt            time.Time `json:"processedAt"`
	CreatedAt              time.Time `json:"createdAt"`
	AuthorizationExpiresAt time.Time `json:"authorizationExpiresAt"`
}

// Fee is a fee of a transaction.
type Fee struct {
	Amount Money `json:"amount"`
}

// Card is what is kept of a card: its brand and its masked number, of which only the last digits survive.
type Card struct {
	Company string `json:"company"`
	Number  string `json:"number"`
}

// Image is an image's address and size.
type Image struct {
	URL    string `json:"url"`
	Width  *int32 `json:"width"`
	Height *int32 `json:"height"`
}
