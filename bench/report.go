package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// B is what a benchmark gets: the stack's addresses (from the environment, as every process reads them), a scratch
// folder, the scale, and a place for its figures.
type B struct {
	Full bool
	Dir  string

	bench   string
	figures []Figure
}

// Figure is one measured pair. Ratio is ours/floor, whichever way round the unit reads; Bound says what it should be.
type Figure struct {
	Bench string  `json:"bench"`
	What  string  `json:"what"`
	Ours  float64 `json:"ours"`
	Floor float64 `json:"floor,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
	Unit  string  `json:"unit"`
	Bound string  `json:"bound,omitempty"`
}

func newB(full bool) (*B, error) {
	dir, err := os.MkdirTemp("", "bench")
	return &B{Full: full, Dir: dir}, err
}

func (b *B) close() { _ = os.RemoveAll(b.Dir) }

// Pair records ours beside the floor.
func (b *B) Pair(what string, ours, floor float64, unit, bound string) {
	f := Figure{Bench: b.bench, What: what, Ours: ours, Floor: floor, Unit: unit, Bound: bound}
	if floor != 0 {
		f.Ratio = ours / floor
	}
	b.figures = append(b.figures, f)
	fmt.Printf("  %-58s ours %10.3f  floor %10.3f %-8s ratio %6.3f  (bound %s)\n", what, ours, floor, unit, f.Ratio, bound)
}

// Single records a figure that is held against a fixed bound, or stands for itself.
func (b *B) Single(what string, ours float64, unit, bound string) {
	b.figures = append(b.figures, Figure{Bench: b.bench, What: what, Ours: ours, Unit: unit, Bound: bound})
	fmt.Printf("  %-58s      %10.3f %-8s", what, ours, unit)
	if bound != "" {
		fmt.Printf("  (bound %s)", bound)
	}
	fmt.Println()
}

func (b *B) write(path string) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(b.figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
