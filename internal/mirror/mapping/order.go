package mapping

import (
	"fmt"
	"slices"

	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/uid"
)

// Order holds the rows of one order. It is reused from order to order: Map empties it first.
type Order struct {
	Header              row.OrderHeader
	Summary             row.OrderSummary
	Collection          row.PaymentCollection
	CollectionLink      row.LinkOrderHeaderPaymentCollection
	Addresses           []row.OrderAddress
	Lines               []row.OrderLineItem
	LineTaxes           []row.OrderLineItemTaxLine
	LineAdjustments     []row.OrderLineItemAdjustment
	Shipping            []row.OrderShippingMethod
	ShippingTaxes       []row.OrderShippingMethodTaxLine
	ShippingAdjustments []row.OrderShippingMethodAdjustment
	Transactions        []row.OrderTransaction
	Payments            []row.Payment
	Captures            []row.PaymentCapture
	Refunds             []row.PaymentRefund
	RefundItems         []row.PaymentRefundItem
	Fulfillments        []row.Fulfillment
	FulfillmentItems    []row.FulfillmentItem
	Labels              []row.FulfillmentLabel
	FulfillmentLinks    []row.LinkOrderHeaderFulfillment
	Returns             []row.ReturnHeader
	ReturnItems         []row.ReturnItem
	Changes             []row.OrderChange
	Actions             []row.OrderChangeAction

	// Shared rows, which other orders bring too.
	Providers []row.FulfillmentProvider
	Channels  []row.SalesChannel
	Gateways  []string // codes of payment_provider

	// Channel is what the telemetry calls the order's channel, Country the buyer's country.
	Channel, Country string
	// RefundTaxes is the tax on what each refund gives back beside its lines, one for one with Refunds.
	RefundTaxes []money.Bag
	// Edits is what agreements say of lines that were added or taken away after the order was placed.
	Edits []Edit

	scope      *Scope
	source     source.Order
	currencies money.Currencies
	lineIndex  map[string]int // id of order_line_item → index in Lines
}

func (o *Order) reset(scope *Scope) {
	*o = Order{
		Addresses: o.Addresses[:0], Lines: o.Lines[:0], LineTaxes: o.LineTaxes[:0], LineAdjustments: o.LineAdjustments[:0],
		Shipping: o.Shipping[:0], ShippingTaxes: o.ShippingTaxes[:0], ShippingAdjustments: o.ShippingAdjustments[:0],
		Transactions: o.Transactions[:0], Payments: o.Payments[:0], Captures: o.Captures[:0],
		Refunds: o.Refunds[:0], RefundItems: o.RefundItems[:0],
		Fulfillments: o.Fulfillments[:0], FulfillmentItems: o.FulfillmentItems[:0], Labels: o.Labels[:0],
		FulfillmentLinks: o.FulfillmentLinks[:0], Returns: o.Returns[:0], ReturnItems: o.ReturnItems[:0],
		Changes: o.Changes[:0], Actions: o.Actions[:0],
		Providers: o.Providers[:0], Channels: o.Channels[:0], Gateways: o.Gateways[:0], Edits: o.Edits[:0], RefundTaxes: o.RefundTaxes[:0],
		scope: scope, lineIndex: o.lineIndex,
	}
	if o.lineIndex == nil {
		o.lineIndex = map[string]int{}
	}
	clear(o.lineIndex)
}

// Map fills o with the rows of one order. The aggregate must be complete: the lines of each refund and fulfillment, and
// the agreements of an edited order, among its details. An error is a *BadLine.
func (o *Order) Map(scope *Scope, a *archive.Aggregate) error {
	o.reset(scope)
	if err := decode(a.Root, false, &o.source); err != nil {
		return err
	}
	if err := o.header(a); err != nil {
		return &BadLine{Line: a.Root, Err: err}
	}
	o.addresses()
	for _, line := range a.Children {
		if err := o.child(line); err != nil {
			return err
		}
	}
	details, err := readDetails(a)
	if err != nil {
		return err
	}
	if scope.Lenient {
		o.forget(details)
	}
	if err := o.money(details); err != nil {
		return &BadLine{Line: a.Root, Err: err}
	}
	if err := o.fulfillments(details); err != nil {
		return &BadLine{Line: a.Root, Err: err}
	}
	if err := o.agreements(details); err != nil {
		return &BadLine{Line: a.Root, Err: err}
	}
	o.quantities()
	return nil
}

// Completed is the annotation that says that the order was completed once. It stays when the order is opened again, so
// that completing it a second time is no second event.
const Completed = "completed"

func (o *Order) header(a *archive.Aggregate) error {
	s, scope := &o.source, o.scope
	for _, missing := range []struct {
		absent bool
		field  string
	}{
		{s.Name == "", "name"},
		{s.CurrencyCode == "", "currencyCode"},
		{s.TotalPrice.Shop.Amount == "", "totalPriceSet"},
		{s.ProcessedAt.IsZero(), "processedAt"},
		{s.UpdatedAt.IsZero(), "updatedAt"},
	} {
		if missing.absent {
			return fmt.Errorf("the order has no %s", missing.field)
		}
	}
	o.currencies = money.Currencies{Shop: s.CurrencyCode, Presentment: s.PresentmentCurrencyCode}
	amount := o.amount
	var n notes
	n.add("digest", a.Digest)
	h := &o.Header
	*h = row.OrderHeader{
		ID:                      uid.Derive(uid.OrderHeader, scope.Shop, s.ID),
		Mirror:                  row.Mirror{GID: s.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
		StoreID:                 scope.StoreID,
		LegacyID:                legacy(s.LegacyID),
		OrderName:               s.Name,
		ConfirmationNumber:      s.ConfirmationNumber,
		PONumber:                s.PONumber,
		CustomerID:              o.ref(uid.Customer, s.Customer),
		Email:                   s.Email,
		Phone:                   s.Phone,
		CustomerLocale:          s.CustomerLocale,
		CurrencyCode:            s.CurrencyCode,
		PresentmentCurrencyCode: s.PresentmentCurrencyCode,
		FinancialStatus:         first(n.enum(financialStatuses, "displayFinancialStatus", s.FinancialStatus), "pending"),
		FulfillmentStatus:       first(n.enum(fulfillmentStatuses, "displayFulfillmentStatus", s.FulfillmentStatus), "unfulfilled"),
		ReturnStatus:            first(n.enum(returnStatuses, "returnStatus", s.ReturnStatus), "no_return"),
		CancelReason:            n.enum(cancelReasons, "cancelReason", s.CancelReason),
		SourceName:              s.SourceName,
		SourceReference:         s.SourceIdentifier,
		DiscountCodes:           s.DiscountCodes,
		TagValues:               s.Tags,
		PaymentGateways:         s.PaymentGatewayNames,
		Note:                    s.Note,
		CustomAttributes:        attributes(s.CustomAttributes),
		CustomerJourney:         row.JSON(raw(s.CustomerJourneySummary)),
		ItemQuantity:            floor0(s.ItemQuantity),
		IsTaxIncluded:           s.TaxesIncluded,
		IsTaxExempt:             s.TaxExempt,
		IsTest:                  s.Test,
		IsEdited:                s.Edited,
		SubtotalPrice:           amount(s.SubtotalPrice),
		TotalDiscount:           amount(s.TotalDiscounts),
		TotalShipping:           amount(s.TotalShippingPrice),
		TotalTax:                amount(s.TotalTax),
		TotalDuty:               amount(s.OriginalTotalDuties),
		TotalTip:                amount(s.TotalTipReceived),
		TotalPrice:              amount(s.TotalPrice),
		ProcessTS:               s.ProcessedAt,
		CloseTS:                 s.ClosedAt,
		CancelTS:                s.CancelledAt,
		Phase:                   "Pending",
	}
	if s.Number != 0 {
		h.OrderNumber = row.Some(s.Number)
	}
	switch {
	case !s.CancelledAt.IsZero():
		h.Phase = "Canceled"
	case !s.ClosedAt.IsZero():
		h.Phase = "Completed"
		n.add(Completed, "true")
	}
	h.Annotations = n.annotations()
	o.channel()

	o.Summary = row.OrderSummary{
		ID:                    uid.DeriveChild(uid.OrderSummary, s.ID, "order_summary", "1"),
		OrderHeaderID:         h.ID,
		CurrencyCode:          s.CurrencyCode,
		CurrentSubtotal:       amount(s.CurrentSubtotalPrice),
		CurrentDiscount:       amount(s.CurrentTotalDiscounts),
		CurrentShipping:       amount(s.CurrentShippingPrice),
		CurrentTax:            amount(s.CurrentTotalTax),
		CurrentDuty:           amount(s.CurrentTotalDuties),
		CurrentTotal:          amount(s.CurrentTotalPrice),
		PaidTotal:             amount(s.TotalReceived),
		RefundedTotal:         amount(s.TotalRefunded),
		RefundedShippingTotal: amount(s.TotalRefundedShipping),
		OutstandingTotal:      amount(s.TotalOutstanding),
		CapturableTotal:       amount(s.TotalCapturable),
		NetPaymentTotal:       amount(s.NetPayment),
		CurrentItemQuantity:   floor0(s.CurrentItemQuantity),
		ObserveTS:             s.UpdatedAt,
	}
	return nil
}

// channel names the sales channel. Its row says only what the order tells; the mirror of channels will know more.
func (o *Order) channel() {
	s := &o.source
	o.Channel = first(s.Attribution.Handle, s.SourceName)
	if s.Publication.ID == "" {
		return
	}
	o.Header.SalesChannelID = uid.Derive(uid.SalesChannel, o.scope.Shop, s.Publication.ID)
	o.Channels = append(o.Channels, row.SalesChannel{
		ID:          o.Header.SalesChannelID,
		Part:        row.Part{GID: s.Publication.ID},
		Name:        first(s.Attribution.DisplayName, s.Attribution.Handle, s.SourceName, s.Publication.ID),
		Code:        s.Attribution.Handle,
		ChannelKind: first(channelKinds[s.Attribution.Handle], "other"),
	})
}

// forget leaves out what Shopify knew no longer when it was asked for details.
func (o *Order) forget(d *details) {
	o.source.Refunds = slices.DeleteFunc(o.source.Refunds, func(r source.Refund) bool { return d.refunds[r.ID] == nil })
	o.source.Fulfillments = slices.DeleteFunc(o.source.Fulfillments, func(f source.Fulfillment) bool { return d.fulfillments[f.ID] == nil })
	d.edited = true
}

func (o *Order) addresses() {
	for _, one := range []struct {
		role    string
		address *source.Address
	}{{"shipping", o.source.ShippingAddress}, {"billing", o.source.BillingAddress}} {
		a := one.address
		if a == nil {
			continue
		}
		o.Country = first(o.Country, a.CountryCode)
		o.Addresses = append(o.Addresses, row.OrderAddress{
			ID:            uid.DeriveChild(uid.OrderAddress, o.source.ID, "order_address", one.role),
			OrderHeaderID: o.Header.ID,
			AddressRole:   one.role,
			FirstName:     a.FirstName,
			LastName:      a.LastName,
			CompanyName:   a.Company,
			Address1:      a.Address1,
			Address2:      a.Address2,
			City:          a.City,
			Province:      a.Province,
			ProvinceCode:  a.ProvinceCode,
			PostalCode:    a.Zip,
			CountryCode:   a.CountryCode,
			Phone:         a.Phone,
			Latitude:      row.Decimal(a.Latitude),
			Longitude:     row.Decimal(a.Longitude),
		})
	}
}

func (o *Order) amount(bag source.Bag) money.Amount { return o.currencies.Amount(bag.Bag()) }

// part gives a child without times of its own the order's.
func (o *Order) part(gid string) row.Part {
	return row.Part{GID: gid, Created: o.source.CreatedAt, Updated: o.source.UpdatedAt}
}

func (o *Order) ref(prefix uid.Prefix, to source.Ref) string {
	if to.ID == "" {
		return ""
	}
	return uid.Derive(prefix, o.scope.Shop, to.ID)
}
