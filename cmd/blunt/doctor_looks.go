package main

import (
	"context"
	"fmt"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/shopify"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/schema"
	"bluntcases.com/platform/temporal"
	"bluntcases.com/platform/workers"
)

func lookAtDatabase(ctx context.Context, s *session) ([]resource, error) {
	pool, err := s.pool(ctx)
	if err != nil {
		return nil, err
	}
	pending, err := schema.Pending(ctx, s.settings.Database.URL)
	if err == nil && pending > 0 {
		return []resource{{Name: "schema", State: absent, Detail: fmt.Sprintf("%d migrations are to be applied", pending)}}, nil
	}
	var tables int
	var waiting int64
	if err == nil {
		err = pool.QueryRow(ctx, "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'").Scan(&tables)
	}
	if err == nil {
		err = pool.QueryRow(ctx, "SELECT count(*) FROM runtime.telemetry_outbox").Scan(&waiting)
	}
	return []resource{judge("schema", fmt.Sprintf("%d tables, %d messages in the outbox", tables, waiting), err)}, nil
}

func lookAtBuckets(ctx context.Context, s *session) ([]resource, error) {
	client, err := s.objects()
	if err != nil {
		return nil, err
	}
	var found []resource
	for _, name := range []string{s.settings.Objects.ArchiveBucket, s.settings.Objects.AssetsBucket} {
		found = append(found, judge(name, "", client.Bucket(name).Reach(ctx)))
	}
	return found, nil
}

func lookAtStreams(ctx context.Context, s *session) ([]resource, error) {
	c, err := s.streams()
	if err != nil {
		return nil, err
	}
	var found []resource
	for _, name := range streams.Names() {
		now, err := c.State(ctx, name)
		found = append(found, judge(name, fmt.Sprintf("%d messages, %d of %d MB", now.Messages, now.Bytes>>20, now.Limit>>20), err))
	}
	return found, nil
}

func lookAtTables(ctx context.Context, s *session) ([]resource, error) {
	lake := lakehouse.New(s.settings.Lake, s.settings.Objects)
	s.closers = append(s.closers, func() { _ = lake.Close() }) // nothing was written through it
	if err := lake.Ping(ctx); err != nil {
		return nil, err
	}
	var found []resource
	for _, d := range lakehouse.Definitions() {
		t, err := lake.Table(ctx, d.Name)
		detail := ""
		if err == nil {
			detail = "empty"
			if now := t.CurrentSnapshot(); now != nil && now.Summary != nil {
				detail = now.Summary.Properties["total-records"] + " rows"
			}
		}
		found = append(found, judge(d.Name, detail, err))
	}
	return found, nil
}

func lookAtNamespace(ctx context.Context, s *session) ([]resource, error) {
	c, err := s.temporal(ctx)
	if err != nil {
		return nil, err
	}
	missing, err := temporal.MissingAttributes(ctx, c, s.settings.Temporal.Namespace)
	if err == nil && len(missing) > 0 {
		err = fault.New(fault.NotFound, "search attributes %s are missing", strings.Join(missing, ", "))
	}
	return []resource{judge(s.settings.Temporal.Namespace, s.settings.Temporal.UI, err)}, nil
}

// lookAtQueues tells by its pollers whether an ingest process serves a queue.
func lookAtQueues(ctx context.Context, s *session) ([]resource, error) {
	c, err := s.temporal(ctx)
	if err != nil {
		return nil, err
	}
	var found []resource
	for _, name := range workers.Known() {
		queue, err := c.DescribeTaskQueue(ctx, name, enumspb.TASK_QUEUE_TYPE_ACTIVITY)
		if err == nil && len(queue.GetPollers()) == 0 {
			err = fault.New(fault.Unavailable, "no ingest process serves it")
		}
		detail := ""
		if err == nil {
			detail = fmt.Sprintf("processes that serve it: %d", len(queue.GetPollers()))
		}
		found = append(found, judge(name, detail, err))
	}
	for _, name := range []string{contract.QueueAssets, contract.QueueDocuments} {
		found = append(found, resource{Name: name, State: later})
	}
	return found, nil
}

func lookAtWorkflows(context.Context, *session) ([]resource, error) {
	var found []resource
	for _, name := range contract.AllJobTypes() {
		kind, err := contract.KindOf(name)
		r := resource{Name: string(name), State: well, Detail: kind.Workflow + " on queue " + kind.Queue}
		if err != nil {
			r.State, r.Detail = later, err.Error()
		}
		found = append(found, r)
	}
	return found, nil
}

func lookAtWatermarks(ctx context.Context, s *session) ([]resource, error) {
	c, err := s.temporal(ctx)
	if err != nil {
		return nil, err
	}
	marks := temporal.NewWatermarks(c)
	var found []resource
	for _, entity := range contract.MirroredEntities {
		now, err := marks.Get(ctx, entity.Watermark())
		found = append(found, judge(entity.Watermark(), stamp(now.TS), err))
	}
	return found, nil
}

func lookAtSchedules(ctx context.Context, s *session) ([]resource, error) {
	c, err := s.temporal(ctx)
	if err != nil {
		return nil, err
	}
	all, err := temporal.LookAtSchedules(ctx, c)
	if err != nil {
		return nil, err
	}
	var found []resource
	for _, schedule := range all {
		r := resource{Name: schedule.ID, State: well, Detail: schedule.Cron + " UTC, " + schedule.Note}
		switch {
		case !schedule.Exists:
			r.State = absent
		case schedule.Paused:
			r.State = later
		}
		found = append(found, r)
	}
	return found, nil
}

func lookAtShopify(ctx context.Context, s *session) ([]resource, error) {
	cfg := s.settings.Shopify
	c, err := shopify.New(shopify.Config{
		Shop: cfg.Shop, URL: cfg.URL, Version: cfg.APIVersion, AccessToken: cfg.AccessToken,
		ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret, UserAgent: "blunt-platform/blunt",
	})
	if err != nil {
		return nil, err
	}
	scopes, err := c.Scopes(ctx)
	return []resource{judge(cfg.Shop, fmt.Sprintf("Admin API %s, %d scopes", cfg.APIVersion, len(scopes)), err)}, nil
}
