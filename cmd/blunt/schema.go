package main

import (
	"context"
	"fmt"
	"io"

	"bluntcases.com/platform/internal/dictionary"
	"bluntcases.com/platform/internal/schemacheck"
)

type schemaCommand struct {
	Check      schemaCheck      `cmd:"" help:"Hold the live database to the conventions."`
	Dictionary schemaDictionary `cmd:"" help:"Write the data dictionary, in Markdown, from the live database."`
}

type schemaCheck struct{}

func (schemaCheck) Run(ctx context.Context, s *session) error {
	pool, err := s.pool(ctx)
	if err != nil {
		return err
	}
	report, err := schemacheck.Check(ctx, pool)
	if err != nil {
		return err
	}
	err = s.print(report, func(w io.Writer) {
		for _, violation := range report.Violations {
			fmt.Fprintln(w, violation)
		}
		if report.OK() {
			fmt.Fprintln(w, "the schema keeps its conventions")
		}
	})
	if err == nil && !report.OK() {
		return errUnwell
	}
	return err
}

type schemaDictionary struct{}

func (schemaDictionary) Run(ctx context.Context, s *session) error {
	pool, err := s.pool(ctx)
	if err != nil {
		return err
	}
	return dictionary.Write(ctx, pool, s.out)
}
