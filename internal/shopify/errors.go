package shopify

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/fault"
)

// graphqlError is an entry of an answer's errors: https://shopify.dev/docs/api/admin-graphql#status_and_error_codes.
type graphqlError struct {
	Message    string           `json:"message"`
	Path       []jsontext.Value `json:"path"` // names, and indices within lists
	Extensions struct {
		Code           string  `json:"code"`
		RequiredAccess string  `json:"requiredAccess"`
		Cost           float64 `json:"cost"`
		MaxCost        float64 `json:"maxCost"`
	} `json:"extensions"`
}

// ErrTooCostly is in the chain of a refusal of a query whose cost is above what Shopify runs at once. Asking for fewer
// objects helps.
var ErrTooCostly = errors.New("the query costs more than one query may")

// graphqlFault is the fault of an answer that carries errors, or nil. An answer with errors is not used, even where it
// has data: a field that could not be read is not the same as one that is null.
func graphqlFault(a answer) error {
	if len(a.Errors) == 0 {
		if len(a.Data) == 0 || a.Data.Kind() == 'n' {
			return fault.New(fault.Unavailable, "Shopify's answer has neither data nor errors")
		}
		return nil
	}
	worst := a.Errors[0]
	for _, e := range a.Errors {
		if e.Extensions.Code == "ACCESS_DENIED" || e.Extensions.Code == "THROTTLED" {
			worst = e
			break
		}
	}
	switch worst.Extensions.Code {
	case "THROTTLED":
		return exhausted(a.Extensions.Cost.wait())
	case "ACCESS_DENIED":
		return fault.New(fault.MissingScope, "%s", denied(a.Errors))
	case "MAX_COST_EXCEEDED":
		return fault.Wrap(fault.ShopifyRejected, ErrTooCostly, "a query of cost %g was refused", worst.Extensions.Cost)
	case "INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE":
		return fault.New(fault.Unavailable, "Shopify failed: %s", clip(worst.Message))
	case "SHOP_INACTIVE":
		return fault.New(fault.ShopifyDenied, "the shop is not active")
	default:
		messages := make([]string, 0, len(a.Errors))
		for _, e := range a.Errors[:min(len(a.Errors), 5)] {
			messages = append(messages, clip(e.Message))
		}
		return fault.New(fault.ShopifyRejected, "Shopify refused the operation: %s", strings.Join(messages, "; "))
	}
}

// denied names the fields that the token may not read, and what Shopify says it takes.
func denied(all []graphqlError) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, e := range all {
		if e.Extensions.Code != "ACCESS_DENIED" {
			continue
		}
		field := fieldPath(e.Path)
		if field == "" {
			field = clip(e.Message)
		}
		if seen[field] {
			continue
		}
		seen[field] = true
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString("the token may not read " + field)
		if e.Extensions.RequiredAccess != "" {
			b.WriteString(": it takes " + clip(strings.TrimSuffix(e.Extensions.RequiredAccess, ".")))
		}
	}
	return b.String()
}

// fieldPath joins the names of a path and leaves its indices out: which row it was says nothing.
func fieldPath(path []jsontext.Value) string {
	var names []string
	for _, part := range path {
		if part.Kind() != '"' {
			continue
		}
		if name, err := strconv.Unquote(string(part)); err == nil {
			names = append(names, name)
		}
	}
	return strings.Join(names, ".")
}

// clip bounds what Shopify says about an operation.
func clip(message string) string {
	const most = 300
	if len(message) > most {
		return strings.ToValidUTF8(message[:most], "") + "…"
	}
	return message
}

// statusFault is the meaning of an HTTP status other than 200.
func statusFault(status int, header http.Header) error {
	switch {
	case status == http.StatusTooManyRequests:
		return fault.New(fault.ShopifyThrottled, "Shopify asks to be left alone (429)").After(retryAfter(header))
	case status == http.StatusUnauthorized:
		return fault.New(fault.ShopifyDenied, "Shopify refused the access token (401)")
	case status == http.StatusPaymentRequired, status == http.StatusForbidden, status == http.StatusLocked:
		return fault.New(fault.ShopifyDenied, "Shopify refused access to the shop (%d)", status)
	case status == http.StatusNotFound:
		return fault.New(fault.ShopifyDenied, "Shopify knows no such shop or API version (404)")
	case status >= 500, status == http.StatusRequestTimeout:
		return fault.New(fault.Unavailable, "Shopify answered %d", status)
	default:
		return fault.New(fault.ShopifyRejected, "Shopify answered %d", status)
	}
}

// retryAfter reads the header of a 429, in seconds; Shopify sends fractions.
func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.ParseFloat(header.Get("Retry-After"), 64)
	if err != nil || seconds <= 0 {
		return time.Second
	}
	return min(time.Duration(seconds*float64(time.Second)), time.Minute)
}

// userError is an entry of a mutation's userErrors.
type userError struct {
	Field        []string `json:"field"`
	Message      string   `json:"message"`
	Code         string   `json:"code"`
	ElementIndex *int64   `json:"elementIndex"`
}

func rejected(what string, userErrors []userError) error {
	fields := make([]fault.Field, 0, len(userErrors))
	for _, e := range userErrors {
		field := fault.Field{Name: strings.Join(e.Field, "."), Detail: clip(e.Message)}
		if e.Code != "" {
			field.Detail += " (" + e.Code + ")"
		}
		if e.ElementIndex != nil {
			field.Row = *e.ElementIndex + 1
		}
		fields = append(fields, field)
	}
	return &fault.Fault{Code: fault.ShopifyRejected, Detail: "Shopify refused " + what, Fields: fields}
}
