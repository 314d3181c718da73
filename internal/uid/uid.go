// Package uid makes and checks the ids of the domain tables: a prefix that belongs to one table, and 26 characters of
// lower-case Crockford base32. Native rows carry a ULID. Mirrored rows carry a hash of what they mirror, so that a bulk
// load computes the ids of parents and children without reading back and a replay writes the same ids again. Ids are
// opaque to readers; only the prefix means something. The package reads nothing and knows no database.
package uid

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/oklog/ulid/v2"
)

const (
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford's, lower-case: no i, l, o, u
	length   = 26                                 // characters after the prefix: 130 bits

	// stackBytes holds the hashed text of nearly every id without a heap allocation; a longer one spills over.
	stackBytes = 512
)

// New makes the id of a native row: the prefix and a lower-case ULID, so ids of one process grow with time.
func New(prefix Prefix) string {
	return string(prefix) + strings.ToLower(ulid.Make().String())
}

// Derive makes the id of a row that mirrors a Shopify object. shopDomain is the permanent myshopify.com domain, gid the
// object's global id.
func Derive(prefix Prefix, shopDomain, gid string) string {
	var stack [stackBytes]byte
	return encode(prefix, sha256.Sum256(join(append(stack[:0], shopDomain...), gid)))
}

// DeriveChild makes the id of a row that has no Shopify id of its own: naturalKey is the value of the columns of its
// unique key other than the parent, joined by "|".
func DeriveChild(prefix Prefix, parentGID, table, naturalKey string) string {
	var stack [stackBytes]byte
	return encode(prefix, sha256.Sum256(join(join(append(stack[:0], parentGID...), table), naturalKey)))
}

// DeriveValue makes the id of a row that is nothing but a value, such as a tag of a shop. Reference rows use the word
// "reference" for the shop: they are the same everywhere.
func DeriveValue(prefix Prefix, shopDomain, table, value string) string {
	return DeriveChild(prefix, shopDomain, table, value)
}

func join(b []byte, part string) []byte {
	return append(append(b, '|'), part...)
}

// encode writes the hash's first 130 bits, five to a character, most significant first.
func encode(prefix Prefix, sum [sha256.Size]byte) string {
	var id [64]byte
	n := copy(id[:], prefix)
	// 12 characters take 60 bits: bits 0 to 59, bits 60 to 119, and the last 10.
	first := binary.BigEndian.Uint64(sum[0:8]) >> 4
	second := binary.BigEndian.Uint64(sum[7:15])
	third := binary.BigEndian.Uint16(sum[15:17]) >> 6
	for i := range 12 {
		shift := 55 - 5*i
		id[n+i] = alphabet[first>>shift&31]
		id[n+12+i] = alphabet[second>>shift&31]
	}
	id[n+24], id[n+25] = alphabet[third>>5&31], alphabet[third&31]
	return string(id[:n+length])
}
