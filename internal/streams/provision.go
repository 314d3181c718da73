package streams

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// Provision makes the streams, or brings their configuration up to date, and says what it did.
func (c *Client) Provision(ctx context.Context) ([]string, error) {
	var done []string
	for _, s := range specs {
		did, err := c.provision(ctx, s)
		if err != nil {
			return done, err
		}
		done = append(done, fmt.Sprintf("stream %s %s", s.name, did))
	}
	return done, nil
}

func (c *Client) provision(ctx context.Context, s spec) (string, error) {
	want := c.configuration(s)
	stream, err := c.js.Stream(ctx, s.name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		_, err = c.js.CreateStream(ctx, want)
		if !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return "created", classify(err, "create stream %s", s.name)
		}
		stream, err = c.js.Stream(ctx, s.name)
	}
	if err != nil {
		return "", classify(err, "look at stream %s", s.name)
	}
	if same(stream.CachedInfo().Config, want) {
		return "unchanged", nil
	}
	_, err = c.js.UpdateStream(ctx, want)
	return "updated", classify(err, "update stream %s", s.name)
}

// configuration has no MaxAge: a message goes when it has landed and is old enough (Trim), never because of its age
// alone.
func (c *Client) configuration(s spec) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        s.name,
		Description: s.about,
		Subjects:    s.subjects,
		Retention:   jetstream.LimitsPolicy,
		Storage:     jetstream.FileStorage,
		Discard:     jetstream.DiscardNew,
		MaxBytes:    c.cfg.MaxBytes,
		MaxMsgs:     s.maxMsgs,
		Duplicates:  s.window,
		Replicas:    max(c.cfg.Replicas, 1),
		AllowDirect: true,
		DenyDelete:  true,
	}
}

func same(have, want jetstream.StreamConfig) bool {
	return have.Description == want.Description && slices.Equal(have.Subjects, want.Subjects) &&
		have.Discard == want.Discard && have.MaxBytes == want.MaxBytes && have.MaxMsgs == want.MaxMsgs &&
		have.Duplicates == want.Duplicates && have.Replicas == want.Replicas
}
