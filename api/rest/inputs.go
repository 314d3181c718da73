package rest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"

	"bluntcases.com/platform/internal/fault"
)

// IdempotencyKey is embedded in the input of an operation that starts work. The middleware acts on it; here it stands
// for the document.
type IdempotencyKey struct {
	Key string `header:"Idempotency-Key" minLength:"8" maxLength:"128" pattern:"^[A-Za-z0-9._:-]+$" doc:"Makes the request take effect once: sent again with the same key, it gets the answer that it got the first time"`
}

// PageInput is embedded in the input of an operation that lists.
type PageInput struct {
	PageSize  int    `query:"page_size" minimum:"1" maximum:"100" default:"20" doc:"How many items at most"`
	PageToken string `query:"page_token" maxLength:"4096" doc:"next_page_token of the page before; the other parameters have to stay the same"`
}

// Token is the position that the caller's page token stands for, or nil for the first page.
func (p PageInput) Token() ([]byte, error) {
	if p.PageToken == "" {
		return nil, nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(p.PageToken)
	if err != nil || len(sealed) < sealSize || !bytes.Equal(sealed, seal(sealed[sealSize:])) {
		return nil, fault.Invalid("request", fault.Field{Name: "query.page_token", Detail: "was not given by this API"})
	}
	return sealed[sealSize:], nil
}

const sealSize = 6

// seal puts a check sum before a position: a mangled token is refused here, with its name, and not by what it is meant
// for.
func seal(position []byte) []byte {
	sum := sha256.Sum256(position)
	return append(sum[:sealSize:sealSize], position...)
}

// Page is one page of a list.
type Page[Item any] struct {
	Items         []Item `json:"items"`
	NextPageToken string `json:"next_page_token,omitempty" doc:"Asks for the next page; absent on the last one"`
}

// NewPage makes a page with room for its items, which is an empty list and never null.
func NewPage[Item any](room int, next []byte) Page[Item] {
	page := Page[Item]{Items: make([]Item, 0, room)}
	if len(next) > 0 {
		page.NextPageToken = base64.RawURLEncoding.EncodeToString(seal(next))
	}
	return page
}
