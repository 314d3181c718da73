package source

import "time"

// Refund is a refund as the order lists it; its lines come by RefundDetail.
type Refund struct {
	ID            string    `json:"id"`
	Note          string    `json:"note"`
	ProcessedAt   time.Time `json:"processedAt"`
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
	Return        Ref       `json:"return"`
	TotalRefunded Bag       `json:"totalRefundedSet"`
}

// RefundDetail is an answer of details_refunds. A long refund has several, one per page.
type RefundDetail struct {
	ID            string             `json:"id"`
	Order         Ref                `json:"order"`
	LineItems     Nodes[RefundLine]  `json:"refundLineItems"`
	ShippingLines Nodes[RefundedFee] `json:"refundShippingLines"`
	Adjustments   Nodes[RefundedFee] `json:"orderAdjustments"`
	Transactions  Nodes[Ref]         `json:"transactions"`
	Duties        []RefundedFee      `json:"duties"`
}

// Nodes is a connection of which the nodes were selected.
type Nodes[T any] struct {
	Nodes []T `json:"nodes"`
}

// RefundLine is a RefundLineItem. Its id may be null.
type RefundLine struct {
	ID          string `json:"id"`
	LineItem    Ref    `json:"lineItem"`
	Quantity    int32  `json:"quantity"`
	RestockType string `json:"restockType"`
	Restocked   bool   `json:"restocked"`
	Location    Ref    `json:"location"`
	Price       Bag    `json:"priceSet"`
	Subtotal    Bag    `json:"subtotalSet"`
	TotalTax    Bag    `json:"totalTaxSet"`
}

// RefundedFee is what a refund gives back beside its lines: shipping, a duty, or an adjustment.
type RefundedFee struct {
	ID       string `json:"id"`
	Reason   string `json:"reason"`
	Subtotal Bag    `json:"subtotalAmountSet"`
	Amount   Bag    `json:"amountSet"`
	Tax      Bag    `json:"taxAmountSet"`
}

// Fulfillment is a fulfillment as the order lists it; its lines come by FulfillmentDetail.
type Fulfillment struct {
	ID                  string     `json:"id"`
	LegacyID            Count      `json:"legacyResourceId"`
	Name                string     `json:"name"`
	Status              string     `json:"status"`
	DisplayStatus       string     `json:"displayStatus"`
	TotalQuantity       int32      `json:"totalQuantity"`
	RequiresShipping    bool       `json:"requiresShipping"`
	Location            Ref        `json:"location"`
	Service             Service    `json:"service"`
	TrackingInfo        []Tracking `json:"trackingInfo"`
	CreatedAt           time.Time  `json:"createdAt"`
	UpdatedAt           time.Time  `json:"updatedAt"`
	InTransitAt         time.Time  `json:"inTransitAt"`
	EstimatedDeliveryAt time.Time  `json:"estimatedDeliveryAt"`
	DeliveredAt         time.Time  `json:"deliveredAt"`
}

// Service is a FulfillmentService.
type Service struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
	Name   string `json:"serviceName"`
	Type   string `json:"type"`
}

// Tracking is a tracking number with its carrier.
type Tracking struct {
	Company string `json:"company"`
	Number  string `json:"number"`
	URL     string `json:"url"`
}

// FulfillmentDetail is an answer of details_fulfillments. A long fulfillment has several, one per page.
type FulfillmentDetail struct {
	ID        string                 `json:"id"`
	Order     Ref                    `json:"order"`
	LineItems Nodes[FulfillmentLine] `json:"fulfillmentLineItems"`
}

// FulfillmentLine is a FulfillmentLineItem.
type FulfillmentLine struct {
	ID              string `json:"id"`
	LineItem        Ref    `json:"lineItem"`
	Quantity        int32  `json:"quantity"`
	OriginalTotal   Bag    `json:"originalTotalSet"`
	DiscountedTotal Bag    `json:"discountedTotalSet"`
}

// Return is a child line of an order.
type Return struct {
	ID                string    `json:"id"`
	Name              string    `json:"name"`
	Status            string    `json:"status"`
	TotalQuantity     int32     `json:"totalQuantity"`
	Decline           Decline   `json:"decline"`
	CreatedAt         time.Time `json:"createdAt"`
	RequestApprovedAt time.Time `json:"requestApprovedAt"`
	ClosedAt          time.Time `json:"closedAt"`
}

// Decline says why a return was declined.
type Decline struct {
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

// ReturnLine is a child line of a return: a ReturnLineItem, or an UnverifiedReturnLineItem, which has no line.
type ReturnLine struct {
	ID                 string `json:"id"`
	Parent             string `json:"__parentId"`
	Quantity           int32  `json:"quantity"`
	ProcessedQuantity  int32  `json:"processedQuantity"`
	RefundableQuantity int32  `json:"refundableQuantity"`
	RefundedQuantity   int32  `json:"refundedQuantity"`
	Reason             struct {
		Handle string `json:"handle"`
	} `json:"returnReasonDefinition"`
	ReasonNote          string `json:"returnReasonNote"`
	CustomerNote        string `json:"customerNote"`
	FulfillmentLineItem struct {
		ID       string `json:"id"`
		LineItem Ref    `json:"lineItem"`
	} `json:"fulfillmentLineItem"`
	DiscountedTotal Bag `json:"withCodeDiscountedTotalPriceSet"`
	RestockingFee   struct {
		Amount Bag `json:"amountSet"`
	} `json:"restockingFee"`
}

// AgreementsDetail is an answer of details_order_agreements: what each edit of an order did.
type AgreementsDetail struct {
	ID         string           `json:"id"`
	Agreements Nodes[Agreement] `json:"agreements"`
}

// Agreement is a SalesAgreement.
type Agreement struct {
	Typename   string      `json:"__typename"`
	ID         string      `json:"id"`
	HappenedAt time.Time   `json:"happenedAt"`
	Reason     string      `json:"reason"`
	Refund     Ref         `json:"refund"`
	Return     Ref         `json:"return"`
	Sales      Nodes[Sale] `json:"sales"`
}

// Sale is one line of an agreement; its quantity and amounts are negative where something is taken away.
type Sale struct {
	ID            string `json:"id"`
	ActionType    string `json:"actionType"`
	LineType      string `json:"lineType"`
	Quantity      *int32 `json:"quantity"`
	LineItem      Ref    `json:"lineItem"`
	TotalAmount   Bag    `json:"totalAmount"`
	TotalDiscount Bag    `json:"totalDiscountAmountBeforeTaxes"`
	TotalTax      Bag    `json:"totalTaxAmount"`
}
