package shopify

import (
	"context"

	"bluntcases.com/platform/internal/fault"
)

// MaxMetafields is how many metafields one call sets.
const MaxMetafields = 25

// Metafield is a value to be set on an object of Shopify's.
type Metafield struct {
	OwnerID   string
	Namespace string
	Key       string
	Type      string // "url" for an asset that lies in the object store
	Value     string
	// Guard makes the write conditional; nil overwrites whatever is there.
	Guard *Guard
}

// Guard is what must be there for a metafield to be written: the value of that digest, or nothing where it is empty.
type Guard struct{ Digest string }

// StoredMetafield is a metafield after it was set.
type StoredMetafield struct {
	ID            string `json:"id"`
	Namespace     string `json:"namespace"`
	Key           string `json:"key"`
	CompareDigest string `json:"compareDigest"`
}

// MetafieldsSet sets all of the metafields or none. Setting the same values again changes nothing, so it may be called
// again after a lost answer. fault.Conflict where a guard does not hold.
func (c *Client) MetafieldsSet(ctx context.Context, metafields []Metafield) ([]StoredMetafield, error) {
	if len(metafields) == 0 || len(metafields) > MaxMetafields {
		return nil, fault.New(fault.InvalidInput, "between 1 and %d metafields are set at once, not %d", MaxMetafields, len(metafields))
	}
	inputs := make([]map[string]any, 0, len(metafields))
	for _, m := range metafields {
		input := map[string]any{"ownerId": m.OwnerID, "namespace": m.Namespace, "key": m.Key, "type": m.Type, "value": m.Value}
		if m.Guard != nil {
			input["compareDigest"] = nil
			if m.Guard.Digest != "" {
				input["compareDigest"] = m.Guard.Digest
			}
		}
		inputs = append(inputs, input)
	}
	var out struct {
		Set struct {
			Metafields []StoredMetafield `json:"metafields"`
			UserErrors []userError       `json:"userErrors"`
		} `json:"metafieldsSet"`
	}
	if err := c.do(ctx, opMetafieldsSet, map[string]any{"metafields": inputs}, &out); err != nil {
		return nil, err
	}
	for _, e := range out.Set.UserErrors {
		if e.Code == "STALE_OBJECT" {
			return nil, fault.New(fault.Conflict, "a metafield changed since it was read: %s", clip(e.Message))
		}
	}
	if len(out.Set.UserErrors) > 0 {
		return nil, rejected("the metafields", out.Set.UserErrors)
	}
	return out.Set.Metafields, nil
}
