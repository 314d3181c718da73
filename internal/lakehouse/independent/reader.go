// Package independent reads an Iceberg table the long way, for tests: it asks the REST catalog where the metadata is, walks
// metadata, manifest list and manifests itself, fetches the data files and hands them to DuckDB. It shares no code with
// what writes the tables, so that the two cannot agree on a mistake.
package independent

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/duckdb/duckdb-go/v2" // DuckDB's driver
	"github.com/twmb/avro/ocf"

	"bluntcases.com/platform/internal/config"
)

// Reader reads the tables of one warehouse.
type Reader struct {
	lake config.Lake
	s3   *s3.Client
	dir  string
}

// New makes a reader; dir is where data files are kept.
func New(lake config.Lake, objects config.Objects, dir string) *Reader {
	return &Reader{lake: lake, dir: dir, s3: s3.New(s3.Options{
		Region: objects.Region, BaseEndpoint: aws.String(objects.Endpoint), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(objects.AccessKeyID, objects.SecretKey, ""),
	})}
}

// File is a live data file of a snapshot.
type File struct {
	Path      string
	Rows      int64
	Bytes     int64
	Partition map[string]any
}

// Metadata is the part of a table's metadata that is walked.
type Metadata struct {
	Location          string            `json:"location"`
	Properties        map[string]string `json:"properties"`
	CurrentSnapshotID int64             `json:"current-snapshot-id"`
	Snapshots         []struct {
		ID           int64             `json:"snapshot-id"`
		ManifestList string            `json:"manifest-list"`
		Summary      map[string]string `json:"summary"`
	} `json:"snapshots"`
}

// Metadata fetches a table's metadata file.
func (r *Reader) Metadata(ctx context.Context, table string) (Metadata, error) {
	var m Metadata
	location, err := r.locate(ctx, table)
	if err != nil {
		return m, err
	}
	raw, err := r.object(ctx, location)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(raw, &m)
}

// Files lists the live data files of the current snapshot. It refuses a table with delete files.
func (r *Reader) Files(ctx context.Context, table string) ([]File, error) {
	m, err := r.Metadata(ctx, table)
	if err != nil {
		return nil, err
	}
	for _, s := range m.Snapshots {
		if s.ID == m.CurrentSnapshotID {
			return r.live(ctx, s.ManifestList)
		}
	}
	return nil, nil
}

// Query runs SQL over the current files of a table, which it calls t, and scans the one row that it yields.
func (r *Reader) Query(ctx context.Context, table, query string, into ...any) error {
	files, err := r.Files(ctx, table)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s has no files", table)
	}
	return r.QueryFiles(ctx, files, query, into...)
}

// QueryFiles runs SQL over files that were listed before, which it calls t, and scans the one row that it yields.
func (r *Reader) QueryFiles(ctx context.Context, files []File, query string, into ...any) error {
	var local []string
	for _, f := range files {
		to := filepath.Join(r.dir, path.Base(f.Path))
		if _, err := os.Stat(to); errors.Is(err, os.ErrNotExist) {
			raw, err := r.object(ctx, f.Path)
			if err != nil {
				return err
			}
			if int64(len(raw)) != f.Bytes {
				return fmt.Errorf("%s is %d bytes and its manifest says %d", f.Path, len(raw), f.Bytes)
			}
			if err := os.WriteFile(to, raw, 0o644); err != nil {
				return err
			}
		}
		local = append(local, "'"+to+"'")
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, "SET TimeZone = 'UTC'; CREATE VIEW t AS FROM read_parquet(["+strings.Join(local, ", ")+"], union_by_name = true)")
	if err != nil {
		return err
	}
	return db.QueryRowContext(ctx, query).Scan(into...)
}

func (r *Reader) locate(ctx context.Context, table string) (string, error) {
	var settings struct {
		Overrides, Defaults map[string]string
	}
	if err := r.get(ctx, "/v1/config?warehouse="+url.QueryEscape(r.lake.Warehouse), &settings); err != nil {
		return "", err
	}
	prefix := settings.Defaults["prefix"]
	if p := settings.Overrides["prefix"]; p != "" {
		prefix = p
	}
	if prefix != "" {
		prefix += "/"
	}
	namespace, name, _ := strings.Cut(table, ".")
	var loaded struct {
		Location string `json:"metadata-location"`
	}
	err := r.get(ctx, "/v1/"+prefix+"namespaces/"+namespace+"/tables/"+name, &loaded)
	return loaded.Location, err
}

func (r *Reader) get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(r.lake.URI, "/")+path, nil)
	if err != nil {
		return err
	}
	if r.lake.Token != "" {
		request.Header.Set("Authorization", "Bearer "+r.lake.Token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}

func (r *Reader) object(ctx context.Context, address string) ([]byte, error) {
	at, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	out, err := r.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(at.Host), Key: aws.String(strings.TrimPrefix(at.Path, "/"))})
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", address, err)
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

func (r *Reader) live(ctx context.Context, list string) ([]File, error) {
	var files []File
	err := r.avro(ctx, list, func(manifest map[string]any) error {
		if number(manifest["content"]) != 0 {
			return errors.New("the table has delete files")
		}
		return r.avro(ctx, fmt.Sprint(manifest["manifest_path"]), func(entry map[string]any) error {
			if number(entry["status"]) == 2 { // deleted
				return nil
			}
			data, ok := entry["data_file"].(map[string]any)
			if !ok {
				return errors.New("a manifest's entry has no data file")
			}
			partition, _ := data["partition"].(map[string]any)
			files = append(files, File{
				Path: fmt.Sprint(data["file_path"]), Rows: number(data["record_count"]), Bytes: number(data["file_size_in_bytes"]), Partition: partition,
			})
			return nil
		})
	})
	return files, err
}

func (r *Reader) avro(ctx context.Context, address string, visit func(map[string]any) error) error {
	raw, err := r.object(ctx, address)
	if err != nil {
		return err
	}
	reader, err := ocf.NewReader(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("read %s: %w", address, err)
	}
	defer reader.Close()
	for {
		var value any
		if err := reader.Decode(&value); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read %s: %w", address, err)
		}
		record, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%s holds a %T", address, value)
		}
		if err := visit(record); err != nil {
			return err
		}
	}
}

func number(v any) int64 {
	switch n := v.(type) {
	case int32:
		return int64(n)
	case int64:
		return n
	case int:
		return int64(n)
	default:
		return 0
	}
}
