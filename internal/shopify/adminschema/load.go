package adminschema

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Version is the Admin API version that the platform is written against.
const Version = "2026-07"

// EnvPath names the environment variable that overrides where the introspection file is looked for.
const EnvPath = "SHOPIFY_ADMIN_SCHEMA"

// ErrNotFound says that no introspection file is at hand; `npm ci` at the root of the repository fetches it.
var ErrNotFound = errors.New("the Shopify Admin schema is not installed: run `npm ci` at the root of the repository")

// maxSize bounds the unpacked introspection file (11 MB for 2026-07).
const maxSize = 64 << 20

// Schema is the Admin API's schema together with the access that its types and fields ask for.
type Schema struct {
	*ast.Schema
	// access holds the prose of `requiredAccess` by "Type" and by "Type.field".
	access map[string]string
}

// Find returns the path of the introspection file for Version: $SHOPIFY_ADMIN_SCHEMA, or else the nearest
// node_modules above the working directory. ErrNotFound if there is none.
func Find() (string, error) {
	if path := os.Getenv(EnvPath); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%s: %w", EnvPath, err)
		}
		return path, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, "node_modules", "@shopify", "dev-mcp", "dist", "data", "admin_"+Version+".json.gz")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", ErrNotFound
		}
		dir = parent
	}
}

// Load reads an introspection result (`data.__schema`), gzipped where the name ends in .gz, and makes a validated
// schema of it.
func Load(path string) (*Schema, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		r = unzipped
	}
	var answer introspection
	if err := json.NewDecoder(io.LimitReader(r, maxSize)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	schema, err := answer.Data.Schema.build(filepath.Base(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return schema, nil
}

// RequiredAccess is the prose that Shopify publishes for a type (field empty) or one of its fields, or "".
func (s *Schema) RequiredAccess(typeName, field string) string {
	if field == "" {
		return s.access[typeName]
	}
	return s.access[typeName+"."+field]
}
