package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/api/dashboard/health"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/observe"
	"bluntcases.com/platform/internal/streams"
)

// parts is what /api/health asks. NATS is asked for health alone, so its connection is made when it is first asked: the
// API comes up without it.
type parts struct {
	cfg      config.Dashboard
	pool     *pgxpool.Pool
	temporal client.Client
	http     *http.Client

	mu      sync.Mutex
	streams *streams.Client
}

func newParts(cfg config.Dashboard, pool *pgxpool.Pool, c client.Client) *parts {
	return &parts{cfg: cfg, pool: pool, temporal: c, http: &http.Client{Timeout: 10 * time.Second}}
}

func (p *parts) checks() []health.Check {
	archive := objects.New(p.cfg.Objects).Bucket(p.cfg.Objects.ArchiveBucket)
	return []health.Check{
		{Name: "postgres", Probe: p.postgres},
		{Name: "temporal", Probe: p.workflows},
		{Name: "ingest", Probe: p.ingest},
		{Name: "nats", Probe: p.nats},
		{Name: "s3", Probe: func(ctx context.Context) (string, error) { return "bucket " + archive.Name(), archive.Reach(ctx) }},
	}
}

func (p *parts) postgres(ctx context.Context) (string, error) {
	var version string
	if err := p.pool.QueryRow(ctx, "SHOW server_version").Scan(&version); err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "does not answer")
	}
	return "PostgreSQL " + version, nil
}

func (p *parts) workflows(ctx context.Context) (string, error) {
	if _, err := p.temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "does not answer")
	}
	return "namespace " + p.cfg.Temporal.Namespace, nil
}

func (p *parts) nats(ctx context.Context) (string, error) {
	c, err := p.connection()
	if err != nil {
		return "", err
	}
	return "JetStream", c.Ping(ctx)
}

func (p *parts) connection() (*streams.Client, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams == nil {
		c, err := streams.Connect(p.cfg.Streams, process)
		if err != nil {
			return nil, err
		}
		p.streams = c
	}
	return p.streams, nil
}

const maxStatus = 64 << 10 // bytes of ingest's answer

// ingest reads what the ingest process says of itself, of what it stands on, and of the measurement. Days that differ are
// said and make nothing ill: everything answers.
func (p *parts) ingest(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(p.cfg.Ingest, "/")+"/status", nil)
	if err != nil {
		return "", fault.New(fault.InvalidInput, "INGEST_URL is not a URL")
	}
	res, err := p.http.Do(req)
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "does not answer")
	}
	defer res.Body.Close()
	var said struct {
		OK          bool            `json:"ok"`
		Checks      []observe.State `json:"checks"`
		Measurement struct {
			DaysCompared  int `json:"days_compared"`
			DaysDiffering int `json:"days_differing"`
		} `json:"measurement"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxStatus)).Decode(&said); err != nil {
		return "", fault.New(fault.Unavailable, "answers %d and nothing that can be read", res.StatusCode)
	}
	if said.OK {
		detail := fmt.Sprintf("%d parts are well", len(said.Checks))
		if m := said.Measurement; m.DaysDiffering > 0 {
			detail += fmt.Sprintf("; %d of %d measured days differ from the orders", m.DaysDiffering, m.DaysCompared)
		}
		return detail, nil
	}
	var ill []string
	for _, state := range said.Checks {
		if !state.OK {
			ill = append(ill, state.Name)
		}
	}
	return "", fault.New(fault.Unavailable, "is missing %s", strings.Join(ill, ", "))
}

func (p *parts) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams != nil {
		p.streams.Close()
	}
}
