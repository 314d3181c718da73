// Package stack runs the parts of the local stack together: all of them in one process, or one of them alone. It knows
// which part needs which; it knows nothing of the platform's own processes.
package stack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/devstack/access"
	"bluntcases.com/platform/devstack/catalog"
	"bluntcases.com/platform/devstack/nats"
	"bluntcases.com/platform/devstack/part"
	"bluntcases.com/platform/devstack/postgres"
	"bluntcases.com/platform/devstack/s3"
	"bluntcases.com/platform/devstack/shopify"
	"bluntcases.com/platform/devstack/temporal"
)

// stopWithin bounds an orderly stop; what is not down by then is killed.
const stopWithin = 20 * time.Second

// Config is where the stack lives and listens.
type Config struct {
	Dir   string // each part keeps its data in a directory of its name below this one
	Cache string // programs that were obtained; shared between stacks
	Ports Ports
	Store shopify.Store // what the Shopify simulator serves
	// Database is the URL of a server that runs already, to be used in place of a cluster of our own.
	Database string
	Log      *slog.Logger
}

// recipe is how one part is started.
type recipe struct {
	name      string
	listeners []string // names in Ports
	needs     []string // parts that must be up before
	start     func(context.Context, Config, part.Base) (*part.Part, error)
}

var recipes = []recipe{
	{name: "postgres", listeners: []string{"postgres"}, start: func(ctx context.Context, c Config, b part.Base) (*part.Part, error) {
		if c.Database != "" {
			return postgres.External(ctx, b.Name, c.Database)
		}
		return postgres.Start(ctx, b, c.Cache)
	}},
	{name: "temporal", listeners: []string{"temporal", "temporal-ui"}, start: func(ctx context.Context, c Config, b part.Base) (*part.Part, error) {
		return temporal.Start(ctx, b, c.Ports["temporal-ui"])
	}},
	{name: "nats", listeners: []string{"nats"}, start: func(ctx context.Context, _ Config, b part.Base) (*part.Part, error) {
		return nats.Start(ctx, b)
	}},
	{name: "s3", listeners: []string{"s3"}, start: func(ctx context.Context, _ Config, b part.Base) (*part.Part, error) {
		return s3.Start(ctx, b)
	}},
	{name: "catalog", listeners: []string{"catalog"}, needs: []string{"s3"}, start: func(ctx context.Context, c Config, b part.Base) (*part.Part, error) {
		return catalog.Start(ctx, b, s3.Env(c.Ports["s3"]))
	}},
	{name: "shopify", listeners: []string{"shopify"}, start: func(_ context.Context, c Config, b part.Base) (*part.Part, error) {
		return shopify.Start(b, c.Store, "http://"+part.Address(c.Ports["ingest"])+"/webhooks/shopify")
	}},
	{name: "access", listeners: []string{"access"}, start: func(_ context.Context, c Config, b part.Base) (*part.Part, error) {
		return access.Start(b, part.Address(c.Ports["dashboard"]))
	}},
}

// Names are the parts that there are.
func Names() []string {
	names := make([]string, 0, len(recipes))
	for _, r := range recipes {
		names = append(names, r.name)
	}
	return names
}

// Stack is a set of running parts.
type Stack struct {
	mu    sync.Mutex
	parts []*part.Part // in the order in which they came up
	ended chan string
}

// Start starts the named parts, or all of them, side by side where they do not need each other, and returns when every
// one of them is ready. When one fails, those that run are stopped.
func Start(ctx context.Context, config Config, names ...string) (*Stack, error) {
	chosen, err := choose(names)
	if err != nil {
		return nil, err
	}
	if config.Dir, err = filepath.Abs(config.Dir); err != nil {
		return nil, err
	}
	if err := config.check(chosen); err != nil {
		return nil, err
	}

	s := &Stack{ended: make(chan string, len(chosen))}
	ready := make(map[string]chan struct{}, len(chosen))
	for _, r := range chosen {
		ready[r.name] = make(chan struct{})
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, r := range chosen {
		group.Go(func() error {
			for _, need := range r.needs {
				if up, ok := ready[need]; ok {
					select {
					case <-up:
					case <-ctx.Done():
						return ctx.Err()
					}
				}
			}
			if err := s.start(ctx, config, r); err != nil {
				return err
			}
			close(ready[r.name])
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context, config Config, r recipe) error {
	began := time.Now()
	log := config.Log.With("part", r.name)
	p, err := r.start(ctx, config, part.Base{
		Name: r.name, Dir: filepath.Join(config.Dir, r.name), Port: config.Ports[r.name], Log: log,
	})
	if err != nil {
		return err
	}
	log.Debug("ready", "ms", time.Since(began).Milliseconds())
	s.mu.Lock()
	s.parts = append(s.parts, p)
	s.mu.Unlock()
	if p.Ended != nil {
		go func() {
			<-p.Ended
			s.ended <- p.Name
		}()
	}
	return nil
}

// check finds out before anything is started whether another stack runs in the directory, or a port is taken.
func (c Config) check(chosen []recipe) error {
	var listeners []string
	for _, r := range chosen {
		if r.name == "postgres" && c.Database != "" {
			continue
		}
		release, err := part.Lock(filepath.Join(c.Dir, r.name))
		if err != nil {
			return err
		}
		release()
		listeners = append(listeners, r.listeners...)
	}
	return c.Ports.Check(listeners...)
}

func choose(names []string) ([]recipe, error) {
	if len(names) == 0 {
		return recipes, nil
	}
	var chosen []recipe
	for _, name := range names {
		i := slices.IndexFunc(recipes, func(r recipe) bool { return r.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no part %q, only %s", name, strings.Join(Names(), ", "))
		}
		chosen = append(chosen, recipes[i])
	}
	return chosen, nil
}

// Env is what clients need to reach the running parts, by the names of internal/config.
func (s *Stack) Env() map[string]string {
	env := map[string]string{}
	for _, p := range s.parts {
		maps.Copy(env, p.Env)
	}
	return env
}

// Wait returns when the context is over, or with the name of the first part that ended by itself.
func (s *Stack) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case name := <-s.ended:
		return fmt.Errorf("%s ended by itself; its log is in its directory", name)
	}
}

// Stop stops the parts, the last started first.
func (s *Stack) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	var failed []error
	for _, p := range slices.Backward(s.parts) {
		if err := p.Stop(ctx); err != nil {
			failed = append(failed, fmt.Errorf("stop %s: %w", p.Name, err))
		}
	}
	s.parts = nil
	return errors.Join(failed...)
}
