package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/temporalfault"
)

type lakeRoll struct {
	Stream string `arg:"" optional:"" help:"Only this stream; otherwise all."`
}

func (c lakeRoll) Run(ctx context.Context, s *session) error {
	a, err := s.lander()
	if err != nil {
		return err
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	var all []contract.Rolled
	rows := [][]string{{"STREAM", "LANDED TO", "MESSAGES", "ROWS", "DOUBLES", "DEAD LETTERS", "FILES"}}
	for _, sink := range lakehouse.Sinks() {
		if c.Stream != "" && !strings.EqualFold(c.Stream, sink.Stream) {
			continue
		}
		in := contract.RollInput{Stream: sink.Stream, Shards: max(rollOf(sink.Stream, cfg.Lake).Shards, 1), Now: true}
		for in.Shard < in.Shards {
			rolled, err := a.RollStream(ctx, in)
			if err != nil {
				return err
			}
			all = append(all, rolled)
			rows = append(rows, []string{
				sink.Stream, fmt.Sprint(rolled.To), fmt.Sprint(rolled.Messages), fmt.Sprint(rolled.Rows), fmt.Sprint(rolled.Doubles),
				fmt.Sprint(rolled.DeadLetters), fmt.Sprint(rolled.Files),
			})
			if rolled.Waiting == 0 {
				in.Shard++
			}
		}
	}
	if len(all) == 0 {
		return fault.New(fault.NotFound, "there is no stream %q", c.Stream)
	}
	return s.print(all, func(w io.Writer) { table(w, rows) })
}

func (lakeRoll) Help() string {
	return `Lands what the streams hold, here and now, without Temporal. A roll that is under way in ingest does no harm: whichever is
first counts, and the other lands nothing.

  blunt lake roll
  blunt lake roll COMMERCE_TELEMETRY --json`
}

type lakeMaintain struct {
	Tables      []string      `arg:"" optional:"" help:"Only these tables."`
	SnapshotAge time.Duration `default:"168h" help:"Snapshots younger than this stay."`
	Orphans     bool          `help:"Delete the files that no snapshot refers to, too."`
	OrphanAge   time.Duration `default:"72h" help:"Files younger than this are no orphans."`
}

func (lakeMaintain) Help() string {
	return `What the schedule does every night, and waits for it to end: small files of partitions that are over become one, many
manifests few, snapshots beyond their age are forgotten, but none that the measurement still reads. With --orphans also
what rolls that died have left; the schedule does that on Sundays. Files younger than a day and snapshots younger than
an hour stay, whatever is asked for.

  blunt lake maintain
  blunt lake maintain commerce.telemetry --orphans`
}

func (c lakeMaintain) Run(ctx context.Context, s *session) error {
	for _, name := range c.Tables {
		if _, ok := lakehouse.Find(name); !ok {
			return fault.New(fault.NotFound, "there is no table %q", name)
		}
	}
	dispatcher, client, err := s.dispatcher(ctx)
	if err != nil {
		return err
	}
	run, err := dispatcher.Dispatch(ctx, contract.Job{Type: contract.JobLakeMaintenance, Input: contract.LakeMaintenanceInput{
		Tables: c.Tables, SnapshotAge: c.SnapshotAge, OrphanCleanup: c.Orphans, OrphanAge: c.OrphanAge,
	}})
	if err != nil {
		return err
	}
	var result contract.LakeMaintenanceResult
	if err := client.GetWorkflow(ctx, run.WorkflowID, run.RunID).Get(ctx, &result); err != nil {
		return temporalfault.Decode(err)
	}
	return s.print(result, func(w io.Writer) {
		if result.Disabled {
			fmt.Fprintln(w, "The catalog keeps the tables in shape by itself (LAKE_MAINTAIN is false).")
			return
		}
		rows := [][]string{{"TABLE", "PARTITIONS COMPACTED", "FILES", "MANIFESTS", "SNAPSHOTS", "ORPHANS", ""}}
		for _, t := range result.Tables {
			rows = append(rows, []string{
				t.Table, fmt.Sprint(t.Compacted.Partitions), change(t.Compacted.FilesBefore, t.Compacted.FilesAfter),
				change(t.Manifests.Before, t.Manifests.After), change(t.Expired.Before, t.Expired.After), fmt.Sprint(t.Orphans.Files),
				heldFor(t.Expired.Held),
			})
		}
		table(w, rows)
	})
}

func heldFor(reader string) string {
	if reader == "" {
		return ""
	}
	return "snapshots stay for " + reader
}

func change(before, after int64) string {
	if before == after {
		return fmt.Sprint(before)
	}
	return fmt.Sprintf("%d → %d", before, after)
}

type lakeDeadLetters struct {
	List    deadLettersList    `cmd:"" default:"1" help:"List refused events that nobody has dealt with (the default)."`
	Redrive deadLettersRedrive `cmd:"" help:"Publish refused events once more, as they are."`
	Dismiss deadLettersDismiss `cmd:"" help:"Take refused events off the list."`
}

func (lakeDeadLetters) Help() string {
	return `An event that its stream's transform cannot take is kept in sync.dead_letter with the reason: malformed, too_large,
undecodable, or the name of the field that is wrong. Redrive it after an upgrade that knows it.

  blunt lake dead-letters
  blunt lake dead-letters list --stream COMMERCE_TELEMETRY --json | jq -r '.[0].payload'
  blunt lake dead-letters redrive --reason schema_version
  blunt lake dead-letters dismiss ID`
}

type deadLettersList struct {
	Stream string `help:"Only this stream's."`
	Reason string `help:"Only with this reason."`
	Limit  int    `default:"50" help:"At most this many."`
}

func (c deadLettersList) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	all, err := lake.DeadLetters(ctx, lakehouse.DeadLetterFilter{Stream: c.Stream, Reason: c.Reason, Limit: c.Limit})
	if err != nil {
		return err
	}
	return s.list(all, len(all), "no refused event is open", func(w io.Writer) {
		rows := [][]string{{"ID", "AT", "STREAM", "SEQUENCE", "LINE", "REASON", "EVENT"}}
		for _, l := range all {
			rows = append(rows, []string{l.ID, when(l.At), l.Stream, fmt.Sprint(l.Sequence), fmt.Sprint(l.Line), l.Reason, short(l.Payload)})
		}
		table(w, rows)
	})
}

func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

type deadLettersRedrive struct {
	IDs    []string `arg:"" optional:"" name:"id" help:"Refused events, by the ids of the list."`
	Stream string   `help:"All of this stream."`
	Reason string   `help:"All with this reason."`
}

func (c deadLettersRedrive) Run(ctx context.Context, s *session) error {
	a, err := s.lander()
	if err != nil {
		return err
	}
	redriven, err := a.RedriveDeadLetters(ctx, contract.RedriveInput{IDs: c.IDs, Stream: c.Stream, Reason: c.Reason})
	if err != nil {
		return err
	}
	if redriven.Events == 0 {
		return fault.New(fault.NotFound, "nothing to redrive: no open event is meant, or its text was cut; `blunt lake dead-letters` lists those that are open")
	}
	return s.print(redriven, func(w io.Writer) { fmt.Fprintf(w, "events redriven: %d\n", redriven.Events) })
}

type deadLettersDismiss struct {
	IDs []string `arg:"" name:"id" help:"Refused events, by the ids of the list."`
}

func (c deadLettersDismiss) Run(ctx context.Context, s *session) error {
	a, err := s.lander()
	if err != nil {
		return err
	}
	letters, err := a.Lake.DeadLetters(ctx, lakehouse.DeadLetterFilter{IDs: c.IDs, Limit: len(c.IDs)})
	if err != nil {
		return err
	}
	if len(letters) < len(c.IDs) {
		return fault.New(fault.NotFound, "%d of the %d ids are on the list", len(letters), len(c.IDs))
	}
	if err := a.Dismiss(ctx, letters); err != nil {
		return err
	}
	return s.print(contract.Redriven{Events: int64(len(letters))}, func(w io.Writer) { fmt.Fprintf(w, "events dismissed: %d\n", len(letters)) })
}
