package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/uid"
)

// Customer holds the rows of one customer. It is reused from customer to customer: Map empties it first.
type Customer struct {
	Customer  row.Customer
	Addresses []row.CustomerAddress
}

// Map fills c with the rows of one customer. An error is a *BadLine.
func (c *Customer) Map(scope *Scope, a *archive.Aggregate) error {
	c.Addresses = c.Addresses[:0]
	var s source.Customer
	if err := decode(a.Root, false, &s); err != nil {
		return err
	}
	if s.UpdatedAt.IsZero() {
		return &BadLine{Line: a.Root, Err: fmt.Errorf("the customer has no updatedAt")}
	}
	var n notes
	n.add("digest", a.Digest)
	c.Customer = row.Customer{
		ID:                  uid.Derive(uid.Customer, scope.Shop, s.ID),
		Mirror:              row.Mirror{GID: s.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
		LegacyID:            legacy(s.LegacyID),
		Email:               s.Email.Address,
		EmailHash:           hashEmail(s.Email.Address),
		Phone:               s.Phone.Number,
		FirstName:           s.FirstName,
		LastName:            s.LastName,
		Locale:              s.Locale,
		Note:                s.Note,
		TagValues:           s.Tags,
		HasAccount:          s.State == "ENABLED",
		IsVerifiedEmail:     s.VerifiedEmail,
		IsTaxExempt:         s.TaxExempt,
		EmailMarketingState: first(n.enum(marketingStates, "marketingState", s.Email.MarketingState), "not_subscribed"),
		CurrencyCode:        s.AmountSpent.CurrencyCode,
		OrderCount:          max(int64(s.NumberOfOrders), 0),
		TotalSpent:          money.Of(s.AmountSpent.Amount, s.AmountSpent.CurrencyCode),
		LastOrderTS:         s.LastOrder.ProcessedAt,
		Phase:               n.phase(customerPhases, "state", s.State),
	}
	if s.LastOrder.ID != "" {
		c.Customer.LastOrderHeaderID = uid.Derive(uid.OrderHeader, scope.Shop, s.LastOrder.ID)
	}
	c.Customer.Annotations = n.annotations()
	for _, line := range a.Children {
		if kind := line.Type(); kind != "MailingAddress" {
			return &BadLine{Line: line, Err: fmt.Errorf("a %q is no child of a customer that this version knows", kind)}
		}
		var address source.Address
		if err := decode(line, false, &address); err != nil {
			return err
		}
		c.address(scope, &s, &address)
	}
	return nil
}

func (c *Customer) address(scope *Scope, s *source.Customer, a *source.Address) {
	isDefault := a.ID == s.DefaultAddress.ID
	c.Addresses = append(c.Addresses, row.CustomerAddress{
		ID:                uid.Derive(uid.CustomerAddress, scope.Shop, a.ID),
		Part:              row.Part{GID: a.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
		CustomerID:        c.Customer.ID,
		FirstName:         a.FirstName,
		LastName:          a.LastName,
		CompanyName:       a.Company,
		Address1:          a.Address1,
		Address2:          a.Address2,
		City:              a.City,
		Province:          a.Province,
		ProvinceCode:      a.ProvinceCode,
		PostalCode:        a.Zip,
		CountryCode:       a.CountryCode,
		Phone:             a.Phone,
		IsDefaultShipping: isDefault,
		IsDefaultBilling:  isDefault,
	})
}

// hashEmail is the join key of an address that must not stand in telemetry: SHA-256 of it, trimmed and lower-case.
func hashEmail(email string) string {
	if email == "" {
		return ""
	}
	hash := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(email))))
	return hex.EncodeToString(hash[:])
}
