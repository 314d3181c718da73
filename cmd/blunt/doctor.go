package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"bluntcases.com/platform/internal/fault"
)

type doctorCommand struct {
	Timeout time.Duration `help:"How long each look may take." default:"10s"`
}

func (doctorCommand) Help() string {
	return `Looks at everything of the inventory: processes and their queues, workflows, database, buckets, streams, tables,
watermarks, schedules, Shopify. It changes nothing. Exit status 4 where something is wrong.

  blunt doctor
  blunt doctor --json`
}

// Resource is a line of the inventory.
type resource struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	State  state  `json:"state"`
	Detail string `json:"detail,omitempty"`
}

type state string

const (
	well   state = "ok"
	absent state = "missing" // provision makes it
	broken state = "broken"
	later  state = "later" // this version does not have it
)

// look fills in one kind of resource. An error is a resource that cannot be looked at.
type look struct {
	kind string
	at   func(context.Context, *session) ([]resource, error)
}

var looks = []look{
	{"database", lookAtDatabase},
	{"bucket", lookAtBuckets},
	{"stream", lookAtStreams},
	{"table", lookAtTables},
	{"namespace", lookAtNamespace},
	{"queue", lookAtQueues},
	{"workflow", lookAtWorkflows},
	{"watermark", lookAtWatermarks},
	{"schedule", lookAtSchedules},
	{"shopify", lookAtShopify},
}

func (c doctorCommand) Run(ctx context.Context, s *session) error {
	if _, err := s.config(); err != nil {
		return err
	}
	var all []resource
	for _, l := range looks {
		all = append(all, l.run(ctx, s, c.Timeout)...)
	}
	bad := 0
	for _, r := range all {
		if r.State == broken || r.State == absent {
			bad++
		}
	}
	err := s.print(all, func(w io.Writer) {
		rows := [][]string{{"KIND", "NAME", "STATE", ""}}
		for _, r := range all {
			rows = append(rows, []string{r.Kind, r.Name, string(r.State), r.Detail})
		}
		table(w, rows)
		if bad > 0 {
			fmt.Fprintf(w, "%d of %d are not well; `blunt provision` makes what is missing\n", bad, len(all))
		}
	})
	if err == nil && bad > 0 {
		return errUnwell
	}
	return err
}

func (l look) run(ctx context.Context, s *session, within time.Duration) []resource {
	ctx, stop := context.WithTimeout(ctx, within)
	defer stop()
	found, err := l.at(ctx, s)
	for i := range found {
		found[i].Kind = l.kind
	}
	if err != nil {
		found = append(found, resource{Kind: l.kind, Name: "*", State: broken, Detail: err.Error()})
	}
	return found
}

// judge is a resource by what a look at it returned.
func judge(name, detail string, err error) resource {
	switch {
	case fault.Is(err, fault.NotFound):
		return resource{Name: name, State: absent, Detail: err.Error()}
	case err != nil:
		return resource{Name: name, State: broken, Detail: err.Error()}
	default:
		return resource{Name: name, State: well, Detail: detail}
	}
}
