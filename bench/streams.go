package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/streams"
)

// eventsPerMessage is the batch that the bound speaks of.
const eventsPerMessage = 100

// Bounds of the measurement. Ours and the floor are measured in turn and the best of each counts: what else the machine
// does in one round is no part of either.
const (
	streamsRounds    = 3
	originalMBPerSec = 5 // what the original's pipelines took, a stream
)

// Streams measures publishing to the durable acknowledgement against bare JetStream publishes of the same bytes.
func Streams(ctx context.Context, b *B) error {
	count := 1500
	if b.Full {
		count = 15_000
	}
	cfg := config.Streams{URL: os.Getenv("NATS_URL"), Replicas: 1, MaxBytes: 20 << 30}
	client, err := streams.Connect(cfg, "bench")
	if err != nil {
		return err
	}
	defer client.Close()
	if _, err := client.Provision(ctx); err != nil {
		return err
	}
	var ours, floor, megabytes float64
	for range streamsRounds {
		batches, raw, err := engagementBatches(count)
		if err != nil {
			return err
		}
		bare, err := bareJetStream(ctx, cfg.URL, batches)
		if err != nil {
			return err
		}
		took, err := publishBatches(ctx, client, batches)
		if err != nil {
			return err
		}
		floor, ours = max(floor, float64(count)/bare.Seconds()), max(ours, float64(count)/took.Seconds())
		megabytes = max(megabytes, raw/1e6/took.Seconds())
	}
	b.Pair("publish batches of 100 to the acknowledgement", ours*eventsPerMessage, floor*eventsPerMessage, "events/s", "≥ 0.5")
	b.Pair("the same, in JSON, beside the original's limit of a stream", megabytes, originalMBPerSec, "MB/s", "≥ 2")
	grouped, err := publishGrouped(ctx, client, count*eventsPerMessage/4)
	if err != nil {
		return err
	}
	b.Single("single events from 2,000 callers at once, grouped", float64(count*eventsPerMessage/4)/grouped.Seconds(), "events/s", "")
	return nil
}

// engagementBatches makes messages of events, and counts their bytes as JSON.
func engagementBatches(count int) (batches [][]event.Publication, raw float64, err error) {
	run := drawn()
	for i := range count {
		batch := make([]event.Publication, eventsPerMessage)
		for j := range batch {
			batch[j] = engagement(run, i*eventsPerMessage+j)
			text, err := json.Marshal(batch[j])
			if err != nil {
				return nil, 0, err
			}
			raw += float64(len(text)) + 1
		}
		batches = append(batches, batch)
	}
	return batches, raw, nil
}

func engagement(run string, i int) event.Publication {
	text := func(s string) *string { return &s }
	now := time.Now().UTC()
	return event.Publication{
		EventID: fmt.Sprintf("%s-%012d", run, i), EventType: event.Impression, EventTS: now, IngestTS: now, PublisherID: fmt.Sprintf("pub_%026d", i%97),
		PublicationID: text(fmt.Sprintf("pubi_%026d", i%911)), ProductIDs: []string{fmt.Sprintf("prd_%026d", i%3940)},
		VisitorHash: text(fmt.Sprintf("%032x", i*7919)), DeviceKind: text("mobile"), CountryCode: text("GB"), ReferrerHost: text("example.com"),
		SchemaVersion: event.SchemaVersion,
	}
}

// drawn names a run, so that no run's messages are duplicates of an earlier one's.
func drawn() string {
	var id [6]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

// bareJetStream is the floor: the same messages, encoded before, published asynchronously.
func bareJetStream(ctx context.Context, url string, batches [][]event.Publication) (time.Duration, error) {
	conn, err := nats.Connect(url)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	js, err := jetstream.New(conn, jetstream.WithPublishAsyncMaxPending(256))
	if err != nil {
		return 0, err
	}
	messages := make([]streams.Message, len(batches))
	for i, batch := range batches {
		if messages[i], err = streams.NewMessage(event.SubjectPublication, fmt.Sprint("bare-", batch[0].EventID), batch); err != nil {
			return 0, err
		}
	}
	began := time.Now()
	for _, m := range messages {
		_, err := js.PublishMsgAsync(&nats.Msg{Subject: m.Subject, Data: m.Payload}, jetstream.WithMsgID(m.ID), jetstream.WithStallWait(time.Minute))
		if err != nil {
			return 0, err
		}
	}
	select {
	case <-js.PublishAsyncComplete():
		return time.Since(began), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// publishBatches is the platform's way: encode, check, compress, publish, wait.
func publishBatches(ctx context.Context, client *streams.Client, batches [][]event.Publication) (time.Duration, error) {
	began := time.Now()
	pending := make([]*streams.Pending, 0, len(batches))
	for _, batch := range batches {
		m, err := streams.NewMessage(event.SubjectPublication, batch[0].EventID, batch)
		if err != nil {
			return 0, err
		}
		p, err := client.Send(ctx, m)
		if err != nil {
			return 0, err
		}
		pending = append(pending, p)
	}
	for _, p := range pending {
		if _, err := p.Wait(ctx); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// publishGrouped lets many callers publish one event at a time, each waiting for its acknowledgement.
func publishGrouped(ctx context.Context, client *streams.Client, count int) (time.Duration, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	batcher := streams.NewBatcher(client, event.SubjectPublication, streams.BatcherOptions{})
	go func() { _ = batcher.Run(ctx) }()
	const callers = 2000
	run := drawn()
	failed := make(chan error, callers)
	var all sync.WaitGroup
	began := time.Now()
	for c := range callers {
		all.Go(func() {
			for i := c; i < count; i += callers {
				if err := batcher.Publish(ctx, engagement(run, i)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	select {
	case err := <-failed:
		return 0, err
	default:
		return took, nil
	}
}
