package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/measurement"
)

type measurementSpec struct{}

func (measurementSpec) Help() string {
	return `Prints the spec alone, as preview reads it.

  blunt measurement spec > spec.json`
}

func (measurementSpec) Run(ctx context.Context, s *session) error {
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	spec, err := room.shop.Spec(ctx)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(spec.ClassificationSpec, "", "  ")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode the spec")
	}
	_, err = fmt.Fprintln(s.out, string(text))
	return err
}

type measurementPreview struct {
	Spec   string   `arg:"" help:"A file with the spec as JSON; - for standard input."`
	From   []string `help:"List only products that would leave these classes." placeholder:"CLASS"`
	To     []string `help:"List only products that would come into these classes." placeholder:"CLASS"`
	Search string   `help:"List only products whose title has this in it." placeholder:"TEXT"`
	Limit  int      `help:"Products to list, those that sell most." default:"20"`
}

func (measurementPreview) Help() string {
	return `Checks the spec as saving it would, naming every fault, and classifies the products of the latest day by it: the staff's
overrides and the spec's scope act as they would in a refresh. A product that the scope leaves out is "unclassified".

  blunt measurement spec > spec.json             # edit it, then
  blunt measurement preview spec.json
  blunt measurement preview spec.json --from hot --limit 100
  blunt measurement preview - --json < spec.json`
}

// mostListed bounds what one answer lists.
const mostListed = 100_000

func (c measurementPreview) Run(ctx context.Context, s *session) error {
	if c.Limit < 0 || c.Limit > mostListed {
		return fault.Invalid("the command", fault.Field{Name: "--limit", Detail: fmt.Sprintf("is not between 0 and %d", mostListed)})
	}
	raw, err := readSpec(c.Spec)
	if err != nil {
		return err
	}
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	parsed, err := room.schemas.ParseClassification(raw)
	if err != nil {
		return err
	}
	rules, err := room.shop.RulesWith(ctx, classification.Spec{ClassificationSpec: parsed, Name: "preview"})
	if err != nil {
		return early(err, notSynced)
	}
	preview, err := room.reader.Preview(ctx, rules, measurement.MoveFilter{From: c.From, To: c.To, Search: c.Search, Limit: c.Limit})
	if err != nil {
		return early(err, notMeasured)
	}
	return s.print(preview, func(w io.Writer) { printPreview(w, preview) })
}

// mostSpec is far above any spec.
const mostSpec = 1 << 20

// readSpec reads a file, or standard input for -.
func readSpec(path string) ([]byte, error) {
	in := io.Reader(os.Stdin)
	if path != "-" {
		file, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fault.New(fault.NotFound, "there is no file %s; `blunt measurement spec` prints the spec that holds", path)
		}
		if err != nil {
			return nil, fault.Wrap(fault.InvalidInput, err, "open the spec")
		}
		defer file.Close()
		in = file
	}
	raw, err := io.ReadAll(io.LimitReader(in, mostSpec+1))
	if err != nil {
		return nil, fault.Wrap(fault.InvalidInput, err, "read the spec")
	}
	if len(raw) > mostSpec {
		return nil, fault.New(fault.TooLarge, "the spec is larger than 1 MiB")
	}
	return raw, nil
}

func printPreview(w io.Writer, p measurement.Preview) {
	rows := [][]string{{"CLASS", "NOW", "THEN"}}
	classes := maps.Clone(p.Before)
	maps.Copy(classes, p.After)
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		rows = append(rows, []string{class, strconv.FormatInt(p.Before[class], 10), strconv.FormatInt(p.After[class], 10)})
	}
	table(w, rows)
	fmt.Fprintf(w, "\n%d of %d products would change class at the end of %s", p.Changing, p.Products, p.Day)
	if p.Matching != p.Changing {
		fmt.Fprintf(w, "; %d of them match", p.Matching)
	}
	if int64(len(p.Moves)) < p.Matching {
		fmt.Fprintf(w, "; the %d that sell most", len(p.Moves))
	}
	fmt.Fprintln(w)
	if len(p.Moves) == 0 {
		return
	}
	fmt.Fprintln(w)
	moves := [][]string{{"PRODUCT", "TITLE", "FROM", "TO", "UNITS 30D", ""}}
	for _, m := range p.Moves {
		moves = append(moves, []string{m.ProductID, m.Title, m.From, m.To, strconv.FormatInt(m.Units30d, 10), m.Currency})
	}
	table(w, moves)
}
