// Package dump writes a simulated store as the archive that a sync of it makes: the results of the platform's own bulk
// operations and detail queries, as files. Tests of the loader and the benchmarks read them.
package dump

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"bluntcases.com/platform/simulators/shopify"
)

// File is one archived object on disk.
type File struct {
	Path                 string
	Size                 int64
	Objects, RootObjects int64 // negative for details
}

// Client runs the operations of a folder against a simulator.
type Client struct {
	Server *shopify.Server
	// Operations is the folder of the .graphql documents.
	Operations string
	// Token is an access token of the simulator; empty is its default one.
	Token string
}

// Bulk runs a bulk document under a filter and writes its result to a file.
func (c Client) Bulk(ctx context.Context, document, filter, path string) (File, error) {
	text, err := os.ReadFile(filepath.Join(c.Operations, document+".graphql"))
	if err != nil {
		return File{}, err
	}
	quoted, err := json.Marshal(filter)
	if err != nil {
		return File{}, err
	}
	query := strings.Replace(string(text), `"{{filter}}"`, string(quoted), 1)
	var run struct {
		Run struct {
			Operation struct{ ID string } `json:"bulkOperation"`
			Errors    []json.RawMessage   `json:"userErrors"`
		} `json:"bulkOperationRunQuery"`
	}
	if err := c.Ask(ctx, "bulk_run", map[string]any{"query": query}, &run); err != nil {
		return File{}, err
	}
	if len(run.Run.Errors) > 0 {
		return File{}, fmt.Errorf("%s: %s", document, run.Run.Errors)
	}
	for {
		var poll struct {
			Operation struct {
				Status, ObjectCount, RootObjectCount, URL string
			} `json:"bulkOperation"`
		}
		if err := c.Ask(ctx, "bulk_operation", map[string]any{"id": run.Run.Operation.ID}, &poll); err != nil {
			return File{}, err
		}
		o := poll.Operation
		switch o.Status {
		case "CREATED", "RUNNING":
			select {
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
				return File{}, ctx.Err()
			}
			continue
		case "COMPLETED":
		default:
			return File{}, fmt.Errorf("%s: the operation ended as %s", document, o.Status)
		}
		file := File{Path: path}
		if file.Objects, err = strconv.ParseInt(o.ObjectCount, 10, 64); err != nil {
			return File{}, err
		}
		if file.RootObjects, err = strconv.ParseInt(o.RootObjectCount, 10, 64); err != nil {
			return File{}, err
		}
		file.Size, err = c.download(ctx, o.URL, path)
		return file, err
	}
}

func (c Client) download(ctx context.Context, url, path string) (int64, error) {
	out, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer out.Close()
	if url == "" { // nothing was found
		return 0, nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	// The simulator signs the host that asked; it is served in memory here.
	recorder := &toWriter{w: out, header: http.Header{}}
	c.Server.ServeHTTP(recorder, request)
	if recorder.status != http.StatusOK && recorder.status != 0 {
		return recorder.n, fmt.Errorf("download: %d", recorder.status)
	}
	return recorder.n, recorder.err
}

// Ask runs one document.
func (c Client) Ask(ctx context.Context, document string, variables map[string]any, into any) error {
	text, err := os.ReadFile(filepath.Join(c.Operations, document+".graphql"))
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"query": string(text), "variables": variables})
	if err != nil {
		return err
	}
	for {
		request := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://simulator/admin/api/2026-07/graphql.json", bytes.NewReader(body))
		token := c.Token
		if token == "" {
			token = "shpat_simulator"
		}
		request.Header.Set("X-Shopify-Access-Token", token)
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		c.Server.ServeHTTP(recorder, request)
		var answer struct {
			Data   json.RawMessage
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
			return fmt.Errorf("%s: %d: %w", document, recorder.Code, err)
		}
		if len(answer.Errors) > 0 {
			if answer.Errors[0].Extensions.Code == "THROTTLED" {
				select {
				case <-time.After(100 * time.Millisecond):
					continue
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return fmt.Errorf("%s: %s", document, answer.Errors[0].Message)
		}
		return json.Unmarshal(answer.Data, into)
	}
}

// Details writes what the orders in an archive need besides: the lines of their refunds and fulfillments, and the
// agreements of those that were edited.
func (c Client) Details(ctx context.Context, orders, path string) (File, error) {
	in, err := os.Open(orders)
	if err != nil {
		return File{}, err
	}
	defer in.Close()
	out, err := os.Create(path)
	if err != nil {
		return File{}, err
	}
	defer out.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	wanted := map[string][]string{}
	ask := func(document string, least int) error {
		if len(wanted[document]) < least || len(wanted[document]) == 0 {
			return nil
		}
		for ids := range slices.Chunk(wanted[document], atOnce(document)) {
			if err := c.nodes(ctx, document, ids, w); err != nil {
				return err
			}
		}
		wanted[document] = wanted[document][:0]
		return nil
	}
	lines := bufio.NewReaderSize(in, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if bytes.Contains(line, []byte(`"displayFinancialStatus"`)) {
			var order struct {
				ID                    string
				Edited                bool
				Refunds, Fulfillments []struct{ ID string }
			}
			if err := json.Unmarshal(line, &order); err != nil {
				return File{}, err
			}
			for _, one := range order.Refunds {
				wanted["details_refunds"] = append(wanted["details_refunds"], one.ID)
			}
			for _, one := range order.Fulfillments {
				wanted["details_fulfillments"] = append(wanted["details_fulfillments"], one.ID)
			}
			if order.Edited {
				wanted["details_order_agreements"] = append(wanted["details_order_agreements"], order.ID)
			}
		}
		least := page
		if err != nil {
			least = 0
		}
		for _, document := range []string{"details_refunds", "details_fulfillments", "details_order_agreements"} {
			if err := ask(document, least); err != nil {
				return File{}, err
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return File{}, err
		}
	}
	if err := w.Flush(); err != nil {
		return File{}, err
	}
	info, err := out.Stat()
	if err != nil {
		return File{}, err
	}
	return File{Path: path, Size: info.Size(), Objects: -1, RootObjects: -1}, nil
}

// page is how many nodes are collected before they are asked for.
const page = 6

// atOnce is how many nodes one query asks for: what the cost limit of a query allows.
func atOnce(document string) int {
	if document == "details_order_agreements" {
		return 2
	}
	return page
}

func variables(document string, ids []string, after string) map[string]any {
	v := map[string]any{"ids": ids, "first": 100}
	if document == "details_order_agreements" {
		v["first"], v["salesFirst"] = 8, 50
	}
	if after != "" {
		v["after"] = after
	}
	return v
}

func (c Client) nodes(ctx context.Context, document string, ids []string, w io.Writer) error {
	pages := []map[string]any{variables(document, ids, "")}
	for len(pages) > 0 {
		asked := pages[0]
		pages = pages[1:]
		var answer struct{ Nodes []json.RawMessage }
		if err := c.Ask(ctx, document, asked, &answer); err != nil {
			return err
		}
		for _, node := range answer.Nodes {
			if _, err := fmt.Fprintf(w, "%s\n", node); err != nil {
				return err
			}
			var more struct {
				ID                                                string
				RefundLineItems, FulfillmentLineItems, Agreements struct {
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
			if err := json.Unmarshal(node, &more); err != nil {
				return err
			}
			for _, info := range []struct {
				HasNextPage bool
				EndCursor   string
			}{more.RefundLineItems.PageInfo, more.FulfillmentLineItems.PageInfo, more.Agreements.PageInfo} {
				if info.HasNextPage {
					pages = append(pages, variables(document, []string{more.ID}, info.EndCursor))
				}
			}
		}
	}
	return nil
}

type toWriter struct {
	w      io.Writer
	header http.Header
	status int
	n      int64
	err    error
}

func (t *toWriter) Header() http.Header { return t.header }

func (t *toWriter) WriteHeader(status int) { t.status = status }

func (t *toWriter) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	t.n += int64(n)
	if err != nil {
		t.err = err
	}
	return n, err
}
