package mapping

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/uid"
)

// money maps transactions, refunds, and what is derived of them: one payment_collection per order, one payment per
// paymentId, one capture per successful CAPTURE or SALE.
func (o *Order) money(d *details) error {
	refundOf := map[string]string{} // transaction gid → payment_refund id
	for i := range o.source.Refunds {
		s := &o.source.Refunds[i]
		detail, ok := d.refunds[s.ID]
		if !ok {
			return fmt.Errorf("the lines of %s are not among the details", s.ID)
		}
		for _, t := range detail.Transactions.Nodes {
			refundOf[t.ID] = uid.Derive(uid.PaymentRefund, o.scope.Shop, s.ID)
		}
	}
	o.Collection.ID = uid.DeriveChild(uid.PaymentCollection, o.source.ID, "payment_collection", "")
	o.CollectionLink = row.LinkOrderHeaderPaymentCollection{
		ID:                  uid.DeriveChild(uid.LinkOrderHeaderPaymentCollection, o.source.ID, "link_order_header_payment_collection", ""),
		OrderHeaderID:       o.Header.ID,
		PaymentCollectionID: o.Collection.ID,
	}
	ledgers, err := o.transactions(refundOf)
	if err != nil {
		return err
	}
	if err := o.collection(ledgers); err != nil {
		return err
	}
	return o.refunds(d)
}

// ledger adds up what the transactions of one payment say.
type ledger struct {
	at                              int // in Payments; -1 for the order as a whole
	authorized, captured, refunded  []money.Bag
	pending, succeeded, failed      bool
	voided                          bool
	authorizeTS, captureTS, voidTS  time.Time
	amountAuthorized, amountCapture money.Fixed
	amountRefunded                  money.Fixed
}

func (o *Order) transactions(refundOf map[string]string) ([]ledger, error) {
	byID := make(map[string]*source.Transaction, len(o.source.Transactions))
	for i := range o.source.Transactions {
		byID[o.source.Transactions[i].ID] = &o.source.Transactions[i]
	}
	payments := map[string]int{} // payment id → ledger
	var ledgers []ledger
	for i := range o.source.Transactions {
		s := &o.source.Transactions[i]
		if s.Amount.Shop.Amount == "" {
			return nil, fmt.Errorf("%s has no amountSet", s.ID)
		}
		var n notes
		t := row.OrderTransaction{
			ID:                       uid.Derive(uid.OrderTransaction, o.scope.Shop, s.ID),
			Part:                     o.part(s.ID),
			OrderHeaderID:            o.Header.ID,
			ParentOrderTransactionID: o.ref(uid.OrderTransaction, s.Parent),
			PaymentRefundID:          refundOf[s.ID],
			TransactionKind:          first(n.enum(transactionKinds, "kind", s.Kind), "unknown"),
			Gateway:                  s.Gateway,
			GatewayLabel:             s.FormattedGateway,
			PaymentReference:         s.PaymentID,
			ErrorCode:                s.ErrorCode,
			CurrencyCode:             o.source.CurrencyCode,
			Amount:                   o.amount(s.Amount),
			SettlementCurrencyCode:   s.SettlementCurrency,
			SettlementRate:           row.Decimal(s.SettlementCurrencyRate),
			PaymentDetails:           card(s.Details),
			IsTest:                   s.Test,
			IsManualGateway:          s.ManualPaymentGateway,
			ProcessTS:                firstTime(s.ProcessedAt, s.CreatedAt, o.source.ProcessedAt),
			AuthorizationExpireTS:    s.AuthorizationExpiresAt,
			Phase:                    n.phase(transactionPhases, "status", s.Status),
		}
		t.Created = firstTime(s.CreatedAt, t.Created)
		t.Annotations = n.annotations()
		if len(s.Fees) > 0 {
			var fees money.Sum
			for _, fee := range s.Fees {
				if err := fees.Add(fee.Amount.Amount); err != nil {
					return nil, err
				}
			}
			t.FeeTotal = money.Of(fees.String(), o.source.CurrencyCode)
		}
		if id, root := o.paymentOf(s, byID); id != "" {
			at, ok := payments[id]
			if !ok {
				at = len(ledgers)
				payments[id] = at
				ledgers = append(ledgers, ledger{at: len(o.Payments)})
				o.payment(id, root)
			}
			t.PaymentID = id
			if err := ledgers[at].add(s, t.ProcessTS); err != nil {
				return nil, err
			}
			if captures(s) {
				t.PaymentCaptureID = uid.DeriveChild(uid.PaymentCapture, s.ID, "payment_capture", "")
				o.Captures = append(o.Captures, row.PaymentCapture{
					ID:           t.PaymentCaptureID,
					PaymentID:    id,
					CurrencyCode: o.source.CurrencyCode,
					Amount:       o.amount(s.Amount),
					ExternalID:   s.ID,
					CaptureTS:    t.ProcessTS,
				})
			}
		}
		o.Transactions = append(o.Transactions, t)
	}
	for i := range ledgers {
		if err := o.settle(&ledgers[i]); err != nil {
			return nil, err
		}
	}
	return ledgers, nil
}

func captures(s *source.Transaction) bool {
	return s.Status == "SUCCESS" && (s.Kind == "SALE" || s.Kind == "CAPTURE")
}

// paymentOf is the payment that a transaction belongs to, and the transaction that began it. A refund belongs to the
// payment that it gives back; what is only suggested belongs to none.
func (o *Order) paymentOf(s *source.Transaction, byID map[string]*source.Transaction) (string, *source.Transaction) {
	root := s
	for range len(byID) {
		parent, ok := byID[root.Parent.ID]
		if !ok {
			break
		}
		root = parent
	}
	switch root.Kind {
	case "SALE", "AUTHORIZATION", "EMV_AUTHORIZATION", "CAPTURE":
	default:
		return "", nil
	}
	if root.PaymentID != "" {
		return uid.DeriveValue(uid.Payment, o.scope.Shop, "payment", gateway(root)+"|"+root.PaymentID), root
	}
	return uid.DeriveChild(uid.Payment, root.ID, "payment", ""), root
}

func gateway(s *source.Transaction) string { return first(s.Gateway, "unknown") }

func (o *Order) payment(id string, root *source.Transaction) {
	code := gateway(root)
	o.Gateways = append(o.Gateways, code)
	o.Payments = append(o.Payments, row.Payment{
		ID:                  id,
		PaymentCollectionID: o.Collection.ID,
		PaymentProviderID:   o.scope.alias(uid.DeriveValue(uid.PaymentProvider, o.scope.Shop, "payment_provider", code)),
		CustomerID:          o.Header.CustomerID,
		CurrencyCode:        o.source.CurrencyCode,
		Amount:              o.amount(root.Amount),
		ExternalID:          root.PaymentID,
	})
}

func (l *ledger) add(s *source.Transaction, at time.Time) error {
	amount, err := money.ParseFixed(s.Amount.Shop.Amount)
	if err != nil {
		return err
	}
	switch s.Status {
	case "SUCCESS":
		l.succeeded = true
	case "PENDING", "AWAITING_RESPONSE":
		l.pending = true
		return nil
	default:
		l.failed = true
		return nil
	}
	bag := s.Amount.Bag()
	switch s.Kind {
	case "AUTHORIZATION", "EMV_AUTHORIZATION":
		l.authorized, l.amountAuthorized, l.authorizeTS = append(l.authorized, bag), l.amountAuthorized+amount, at
	case "SALE":
		l.authorized, l.amountAuthorized, l.authorizeTS = append(l.authorized, bag), l.amountAuthorized+amount, at
		l.captured, l.amountCapture, l.captureTS = append(l.captured, bag), l.amountCapture+amount, at
	case "CAPTURE":
		l.captured, l.amountCapture, l.captureTS = append(l.captured, bag), l.amountCapture+amount, at
	case "REFUND":
		l.refunded, l.amountRefunded = append(l.refunded, bag), l.amountRefunded+amount
	case "VOID":
		l.voided, l.voidTS = true, at
	}
	return nil
}

// settle gives a payment its phase and times.
func (o *Order) settle(l *ledger) error {
	p := &o.Payments[l.at]
	p.AuthorizeTS, p.CaptureTS, p.CancelTS = l.authorizeTS, l.captureTS, l.voidTS
	amount, err := money.ParseFixed(p.Amount.Value)
	if err != nil {
		return err
	}
	switch {
	case len(l.captured) > 0 && l.amountRefunded > 0 && l.amountRefunded >= l.amountCapture:
		p.Phase = "Refunded"
	case l.amountRefunded > 0:
		p.Phase = "PartiallyRefunded"
	case len(l.captured) > 0 && l.amountCapture >= amount:
		p.Phase = "Captured"
	case len(l.captured) > 0:
		p.Phase = "PartiallyCaptured"
	case l.voided:
		p.Phase = "Canceled"
	case l.failed && !l.succeeded && !l.pending:
		p.Phase = "Failed"
	default:
		p.Phase = "Authorized"
	}
	return nil
}

// collection adds the payments up.
func (o *Order) collection(ledgers []ledger) error {
	var all ledger
	for _, l := range ledgers {
		all.authorized = append(all.authorized, l.authorized...)
		all.captured = append(all.captured, l.captured...)
		all.refunded = append(all.refunded, l.refunded...)
		all.amountAuthorized += l.amountAuthorized
		all.amountCapture += l.amountCapture
		all.amountRefunded += l.amountRefunded
		all.pending = all.pending || l.pending
		if l.captureTS.After(all.captureTS) {
			all.captureTS = l.captureTS
		}
	}
	total, err := money.ParseFixed(o.Header.TotalPrice.Value)
	if err != nil {
		return err
	}
	c := &o.Collection
	c.CurrencyCode, c.Amount, c.Phase = o.source.CurrencyCode, o.Header.TotalPrice, "NotPaid"
	for _, one := range []struct {
		bags []money.Bag
		into *money.Amount
	}{{all.authorized, &c.AuthorizedAmount}, {all.captured, &c.CapturedAmount}, {all.refunded, &c.RefundedAmount}} {
		if len(one.bags) == 0 {
			continue
		}
		bag, err := sum(one.bags...)
		if err != nil {
			return err
		}
		*one.into = o.currencies.Amount(bag)
	}
	switch {
	case all.amountRefunded > 0 && all.amountRefunded >= all.amountCapture:
		c.Phase = "Refunded"
	case len(all.captured) > 0 && all.amountCapture >= total:
		c.Phase, c.CompleteTS = "Captured", all.captureTS
	case len(all.captured) > 0:
		c.Phase = "PartiallyCaptured"
	case !o.source.CancelledAt.IsZero():
		c.Phase = "Canceled"
	case len(all.authorized) > 0 && all.amountAuthorized >= total:
		c.Phase = "Authorized"
	case len(all.authorized) > 0:
		c.Phase = "PartiallyAuthorized"
	case all.pending:
		c.Phase = "Awaiting"
	}
	return nil
}

// card keeps the brand and the last four digits, and nothing else that a payment may show.
func card(c source.Card) row.Object {
	if c.Company == "" && c.Number == "" {
		return ""
	}
	m := map[string]string{}
	if c.Company != "" {
		m["company"] = c.Company
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, c.Number)
	if digits != "" {
		m["last_digits"] = digits[max(0, len(digits)-4):]
	}
	return object(m)
}

func marshal(v any) row.JSON {
	b, _ := json.Marshal(v, json.Deterministic(true)) // plain strings marshal
	return row.JSON(b)
}
