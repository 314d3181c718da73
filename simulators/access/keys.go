package access

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// keyBits is the size of Access's keys.
const keyBits = 2048

// key is a signing key. Only the newest signs; the others are still published.
type key struct {
	ID      string    `json:"id"`
	PKCS1   []byte    `json:"pkcs1"`
	Retired time.Time `json:"retired,omitzero"`

	private *rsa.PrivateKey
}

// keys are the signing keys, oldest first, kept in a file.
type keys struct {
	path string
	keep time.Duration

	mu  sync.Mutex
	all []*key
}

func openKeys(dir string, keep time.Duration, now time.Time) (*keys, error) {
	k := &keys{path: filepath.Join(dir, "keys.json"), keep: keep}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return k, k.rotate(now)
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &k.all); err != nil {
		return nil, err
	}
	for _, one := range k.all {
		if one.private, err = x509.ParsePKCS1PrivateKey(one.PKCS1); err != nil {
			return nil, err
		}
	}
	if len(k.all) == 0 {
		return k, k.rotate(now)
	}
	return k, nil
}

// rotate makes a new signing key. The one before stays published for a while.
func (k *keys) rotate(now time.Time) error {
	fresh, err := newKey()
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []*key
	for _, old := range k.all {
		kept := *old
		if kept.Retired.IsZero() {
			kept.Retired = now
		}
		if now.Sub(kept.Retired) < k.keep {
			all = append(all, &kept)
		}
	}
	all = append(all, fresh)
	if err := k.save(all); err != nil {
		return err
	}
	k.all = all
	return nil
}

func (k *keys) save(all []*key) error {
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := os.WriteFile(k.path+".tmp", text, 0o600); err != nil {
		return err
	}
	return os.Rename(k.path+".tmp", k.path)
}

func newKey() (*key, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	pkcs1 := x509.MarshalPKCS1PrivateKey(private)
	sum := sha256.Sum256(pkcs1)
	return &key{ID: hex.EncodeToString(sum[:]), PKCS1: pkcs1, private: private}, nil
}

func (k *keys) signing() *key {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.all[len(k.all)-1]
}

// find gives a published key, or nil.
func (k *keys) find(id string) *key {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, one := range k.all {
		if one.ID == id {
			return one
		}
	}
	return nil
}

// jwk is a public key as RFC 7517 writes it.
type jwk struct {
	ID        string `json:"kid"`
	Type      string `json:"kty"`
	Algorithm string `json:"alg"`
	Use       string `json:"use"`
	Exponent  string `json:"e"`
	Modulus   string `json:"n"`
}

func (k *keys) published(now time.Time) []jwk {
	k.mu.Lock()
	defer k.mu.Unlock()
	set := []jwk{}
	for _, one := range k.all {
		if !one.Retired.IsZero() && now.Sub(one.Retired) >= k.keep {
			continue
		}
		set = append(set, jwk{
			ID: one.ID, Type: "RSA", Algorithm: "RS256", Use: "sig",
			Exponent: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(one.private.E)).Bytes()),
			Modulus:  base64.RawURLEncoding.EncodeToString(one.private.N.Bytes()),
		})
	}
	return set
}
