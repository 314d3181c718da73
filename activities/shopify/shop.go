package shopify

import (
	"bytes"
	"context"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
)

const (
	jsonLines    = "application/x-ndjson"
	maxShopBytes = 16 << 20 // the shop and its locations: some hundred bytes each
)

// FetchShop archives the shop and its locations: one JSON object a line, the shop first.
func (a *Activities) FetchShop(ctx context.Context, in contract.FetchShopInput) (contract.Archive, error) {
	shop, err := a.shop.ReadShop(ctx)
	if err != nil {
		return contract.Archive{}, fmt.Errorf("read the shop: %w", err)
	}
	var body bytes.Buffer
	archive := contract.Archive{ObjectKey: contract.ArchiveKey(in.RunID, string(contract.Shop)), Entity: contract.Shop}
	add := func(line jsontext.Value) error {
		body.Write(line)
		body.WriteByte('\n')
		archive.Lines++
		if body.Len() > maxShopBytes {
			return fault.New(fault.TooLarge, "the shop's locations take more than %d bytes", maxShopBytes)
		}
		return nil
	}
	if err := add(shop.Raw); err != nil {
		return contract.Archive{}, err
	}
	if err := a.shop.Locations(ctx, add); err != nil {
		return contract.Archive{}, fmt.Errorf("read the locations: %w", err)
	}
	archive.Objects, archive.RootObjects, archive.Bytes = archive.Lines, archive.Lines, int64(body.Len())
	if _, err := a.bucket.Put(ctx, archive.ObjectKey, &body, objects.PutOptions{ContentType: jsonLines, Metadata: archive.Metadata()}); err != nil {
		return contract.Archive{}, fmt.Errorf("archive the shop: %w", err)
	}
	return archive, nil
}
