package rest

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"bluntcases.com/platform/api/problem"
	"bluntcases.com/platform/internal/fault"
)

//go:embed docs.html
var docsPage string

// Document is the API's OpenAPI document, indented, the same bytes for the same routes.
func Document(api huma.API) ([]byte, error) {
	compact, err := json.Marshal(api.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// serveDocument serves the document and the page that reads it. The page is one file and loads nothing but the document.
func serveDocument(engine *gin.Engine, api huma.API, info Info) {
	document := sync.OnceValues(func() ([]byte, error) { return Document(api) }) // when the first one asks, all routes are there
	engine.GET(info.Path+"/openapi.json", func(c *gin.Context) {
		body, err := document()
		if err != nil {
			problem.Write(c, fault.Wrap(fault.Internal, err, "the document cannot be written"))
			return
		}
		c.Data(http.StatusOK, "application/openapi+json", body)
	})
	policy := fmt.Sprintf("default-src 'none'; connect-src 'self'; script-src '%s'; style-src '%s'; frame-ancestors 'none'; base-uri 'none'",
		hashOf(docsPage, "script"), hashOf(docsPage, "style"))
	engine.GET(info.Path+"/docs", func(c *gin.Context) {
		c.Header("Content-Security-Policy", policy)
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(docsPage))
	})
}

// hashOf is the Content-Security-Policy source of the page's one inline element of that name.
func hashOf(page, element string) string {
	_, rest, _ := strings.Cut(page, "<"+element+">")
	content, _, _ := strings.Cut(rest, "</"+element+">")
	sum := sha256.Sum256([]byte(content))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
