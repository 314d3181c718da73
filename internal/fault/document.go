package fault

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

//go:generate go run ./document ../../docs/reference/faults.md

// Codes lists the vocabulary, sorted.
func Codes() []Code { return slices.Sorted(maps.Keys(meanings)) }

// Markdown writes the reference of the vocabulary.
func Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString(`# Fault codes

Written by ` + "`go generate ./internal/fault`" + ` from that package. A code is what stands in a failed run (` + "`blunt runs show`, the" + `
Temporal UI), in ` + "`sync.telemetry`" + ` and in the problem documents of the APIs. *Again* says whether the same call may succeed
later with nobody doing anything; such a failure is tried again by itself. What to do at length: [operating](../operating.md).

| code | HTTP | again | who acts | what to do |
|---|---|---|---|---|
`)
	for _, code := range Codes() {
		again := ""
		if code.Retryable() {
			again = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %d | %s | %s | %s |\n", code, code.Status(), again, code.Actor(), code.Advice())
	}
	_, err := io.WriteString(w, b.String())
	return err
}
