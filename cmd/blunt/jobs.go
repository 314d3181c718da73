package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

type jobsCommand struct {
	Dispatch jobsDispatch `cmd:"" help:"Send jobs from a file, one JSON object a line."`
	Types    jobsTypes    `cmd:"" help:"List the job types that this version runs."`
}

type jobsDispatch struct {
	File string `arg:"" help:"A file of jobs; - for standard input."`
}

func (jobsDispatch) Help() string {
	return `All jobs are read before the first is sent: a file with a fault in it sends nothing.

  echo '{"job_type":"SHOPIFY_BULK_SYNC_START","entities":["orders"]}' | blunt jobs dispatch -`
}

// mostJobs bounds a file: each job is a workflow.
const mostJobs = 10_000

func (c jobsDispatch) Run(ctx context.Context, s *session) error {
	jobs, err := c.read()
	if err != nil {
		return err
	}
	dispatcher, _, err := s.dispatcher(ctx)
	if err != nil {
		return err
	}
	var runs []contract.Dispatched
	for i, job := range jobs {
		run, err := dispatcher.Dispatch(ctx, job)
		if err != nil {
			return fmt.Errorf("job %d of %d, after %d were sent: %w", i+1, len(jobs), i, err)
		}
		runs = append(runs, run)
	}
	return s.print(runs, func(w io.Writer) {
		rows := [][]string{{"JOB", "WORKFLOW", "RUN", ""}}
		for _, run := range runs {
			note := "started"
			if run.UnderWay {
				note = "under way"
			}
			rows = append(rows, []string{string(run.JobType), run.WorkflowID, run.RunID, note})
		}
		table(w, rows)
	})
}

func (c jobsDispatch) read() ([]contract.Job, error) {
	in := io.Reader(os.Stdin)
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, fault.Wrap(fault.NotFound, err, "open the jobs")
		}
		defer file.Close()
		in = file
	}
	var jobs []contract.Job
	var fields []fault.Field
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for row := int64(1); lines.Scan(); row++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		job, err := contract.ParseJob(line)
		if err != nil {
			fields = append(fields, fault.Field{Name: "job", Row: row, Detail: err.Error()})
			continue
		}
		if jobs = append(jobs, job); len(jobs) > mostJobs {
			return nil, fault.New(fault.TooLarge, "more than %d jobs", mostJobs)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fault.Wrap(fault.InvalidInput, err, "read the jobs")
	}
	if len(fields) > 0 {
		return nil, fault.Invalid("the file", fields...)
	}
	return jobs, nil
}

type jobsTypes struct{}

func (jobsTypes) Run(s *session) error {
	types := contract.JobTypes()
	return s.print(types, func(w io.Writer) {
		for _, name := range types {
			fmt.Fprintln(w, name)
		}
	})
}
