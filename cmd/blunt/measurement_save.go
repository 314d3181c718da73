package main

import (
	"context"
	"fmt"
	"io"
)

type measurementSave struct {
	Spec string `arg:"" help:"A file with the spec as JSON; - for standard input."`
}

func (measurementSave) Help() string {
	return `Checks the spec, naming every fault, and makes it the one that holds. The next refresh then classifies every day anew. Look
before you save: preview says which products would change class.

  blunt measurement spec > spec.json             # edit it, then
  blunt measurement preview spec.json
  blunt measurement save spec.json
  blunt measurement refresh --follow             # or wait for the hour`
}

// saved is the answer.
type saved struct {
	Name       string `json:"name"`
	Generation int64  `json:"generation"`
	Changed    bool   `json:"changed"`
}

func (c measurementSave) Run(ctx context.Context, s *session) error {
	raw, err := readSpec(c.Spec)
	if err != nil {
		return err
	}
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	before, err := room.shop.Spec(ctx)
	if err != nil {
		return err
	}
	spec, err := room.shop.SaveSpec(ctx, raw)
	if err != nil {
		return err
	}
	answer := saved{spec.Name, spec.Generation, spec.Generation != before.Generation}
	return s.print(answer, func(w io.Writer) {
		if !answer.Changed {
			fmt.Fprintf(w, "%s says that already; it stays at generation %d\n", answer.Name, answer.Generation)
			return
		}
		fmt.Fprintf(w, "%s is at generation %d now; the next refresh classifies every day by it\n", answer.Name, answer.Generation)
	})
}
