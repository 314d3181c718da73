package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/schema"
	"bluntcases.com/platform/temporal"
)

type provisionCommand struct {
	Only []string `help:"Do only these: database, objects, streams, lake, temporal, rolls." placeholder:"PART"`
}

func (provisionCommand) Help() string {
	return `Migrates the database, creates buckets with their lifecycles, streams, the lake's tables, the Temporal namespace
and its search attributes, reconciles the schedules, and starts the rolls of the streams. What is there already is left
as it is, so it can be run again at any time, and two at once do no harm.

  blunt provision
  blunt provision --only database,temporal`
}

// part is a share of what is provisioned.
type part struct {
	name string
	do   func(context.Context, *session) ([]string, error)
}

var parts = []part{
	{"database", provisionDatabase},
	{"objects", provisionObjects},
	{"streams", provisionStreams},
	{"lake", provisionLake},
	{"temporal", provisionTemporal},
	{"rolls", startRolls},
}

// provisioned is what one part did.
type provisioned struct {
	Part string   `json:"part"`
	Did  []string `json:"did"`
}

func (c provisionCommand) Run(ctx context.Context, s *session) error {
	for _, name := range c.Only {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fault.Invalid("flags", fault.Field{Name: "--only", Detail: fmt.Sprintf("%q is no part", name)})
		}
	}
	var done []provisioned
	for _, p := range parts {
		if len(c.Only) > 0 && !slices.Contains(c.Only, p.name) {
			continue
		}
		did, err := p.do(ctx, s)
		if err != nil {
			return fmt.Errorf("provision %s: %w", p.name, err)
		}
		done = append(done, provisioned{p.name, did})
		if !s.json {
			for _, line := range did {
				fmt.Fprintf(s.out, "%-9s %s\n", p.name, line)
			}
		}
	}
	return s.print(done, func(io.Writer) {})
}

func provisionDatabase(ctx context.Context, s *session) ([]string, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	pending, err := schema.Pending(ctx, cfg.Database.URL)
	if err != nil {
		pending = -1 // the database itself may be missing yet
	}
	if pending == 0 {
		return []string{"up to date"}, nil
	}
	if err := schema.Migrate(ctx, cfg.Database.URL); err != nil {
		return nil, err
	}
	if pending < 0 {
		return []string{"created and migrated"}, nil
	}
	return []string{fmt.Sprintf("%d migrations applied", pending)}, nil
}

// How long objects are kept, by prefix.
var lifecycles = []objects.Rule{
	{ID: "archives", Prefix: "archives/ingest/", Days: 400},
	{ID: "exports", Prefix: "exports/csv/", Days: 30},
	{ID: "scratch", Prefix: "scratch/", Days: 7},
}

func provisionObjects(ctx context.Context, s *session) ([]string, error) {
	client, err := s.objects()
	if err != nil {
		return nil, err
	}
	var did []string
	for _, bucket := range []struct {
		name  string
		rules []objects.Rule
	}{{s.settings.Objects.ArchiveBucket, lifecycles}, {s.settings.Objects.AssetsBucket, nil}} {
		b := client.Bucket(bucket.name)
		created, err := b.Ensure(ctx)
		if err != nil {
			return did, err
		}
		state := "bucket " + bucket.name + " is there"
		if created {
			state = "bucket " + bucket.name + " created"
		}
		switch err := b.Expire(ctx, bucket.rules...); {
		case fault.Is(err, fault.Unsupported):
			state += "; this server keeps no lifecycles, so nothing expires"
		case err != nil:
			return did, err
		default:
			state += fmt.Sprintf("; %d lifecycle rules", len(bucket.rules)+1)
		}
		did = append(did, state)
	}
	return did, nil
}

func provisionStreams(ctx context.Context, s *session) ([]string, error) {
	c, err := s.streams()
	if err != nil {
		return nil, err
	}
	return c.Provision(ctx)
}

func provisionLake(ctx context.Context, s *session) ([]string, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	lake := lakehouse.New(cfg.Lake, cfg.Objects)
	s.closers = append(s.closers, func() { _ = lake.Close() }) // nothing was written through it
	return lake.Provision(ctx)
}

func provisionTemporal(ctx context.Context, s *session) ([]string, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	namespaces, err := temporal.DialNamespaces(cfg.Temporal, s.log())
	if err != nil {
		return nil, err
	}
	defer namespaces.Close()
	created, err := temporal.EnsureNamespace(ctx, namespaces, cfg.Temporal.Namespace)
	if err != nil {
		return nil, err
	}
	did := []string{"namespace " + cfg.Temporal.Namespace + " is there"}
	if created {
		did = []string{"namespace " + cfg.Temporal.Namespace + " created"}
	}
	c, err := s.temporal(ctx)
	if err != nil {
		return did, err
	}
	added, err := temporal.EnsureAttributes(ctx, c, cfg.Temporal.Namespace)
	if err != nil {
		return did, err
	}
	did = append(did, fmt.Sprintf("search attributes: %d added", len(added)))
	changes, err := temporal.ReconcileSchedules(ctx, c)
	for _, change := range changes {
		did = append(did, fmt.Sprintf("schedule %s %s", change.ID, change.Action))
	}
	return did, err
}

// startRolls starts what lands the streams and replicates the classification specs. These run for ever, so a second start
// finds the first.
func startRolls(ctx context.Context, s *session) ([]string, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	dispatcher, c, err := s.dispatcher(ctx)
	if err != nil {
		return nil, err
	}
	var jobs []contract.Job
	for _, stream := range streams.Names() {
		jobs = append(jobs, contract.Job{Type: contract.JobStreamRoll, Input: rollOf(stream, cfg.Lake)})
	}
	jobs = append(jobs, contract.Job{Type: contract.JobObjectiveReplication, Input: contract.ObjectiveReplicationInput{}})
	var did []string
	for _, job := range jobs {
		run, err := dispatcher.Dispatch(ctx, job)
		switch {
		case err != nil:
			return did, err
		case run.UnderWay:
			anew, err := reshard(ctx, dispatcher, c, job, run)
			if err != nil {
				return did, err
			}
			if anew {
				did = append(did, run.WorkflowID+" started anew with other shards")
				continue
			}
			did = append(did, run.WorkflowID+" is under way")
		default:
			did = append(did, run.WorkflowID+" started")
		}
	}
	return did, nil
}
