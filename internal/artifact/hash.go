package artifact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"

	"github.com/gowebpki/jcs"

	"bluntcases.com/platform/internal/fault"
)

// SpecHash is the lower-case SHA-256 of the spec's RFC 8785 form. Integers beyond 2^53 are hashed as strings, because
// RFC 8785 would round them and two specs would share a hash.
func SpecHash(spec json.RawMessage) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(spec))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return "", fault.Wrap(fault.InvalidInput, err, "hash a spec")
	}
	exact, err := json.Marshal(keepIntegers(document))
	if err != nil {
		return "", fault.Wrap(fault.InvalidInput, err, "hash a spec")
	}
	canonical, err := jcs.Transform(exact)
	if err != nil {
		return "", fault.Wrap(fault.InvalidInput, err, "hash a spec")
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// keepIntegers replaces integers that a double cannot hold by their digits.
func keepIntegers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = keepIntegers(value)
		}
	case []any:
		for i, value := range v {
			v[i] = keepIntegers(value)
		}
	case json.Number:
		if n, isInteger := new(big.Int).SetString(v.String(), 10); isInteger && n.CmpAbs(exactInteger()) > 0 {
			return n.String()
		}
	}
	return v
}

func exactInteger() *big.Int { return new(big.Int).Lsh(big.NewInt(1), 53) }
