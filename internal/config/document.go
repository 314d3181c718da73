package config

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
)

//go:generate go run ./document ../../docs/reference/configuration.md

// Setting is one environment variable.
type Setting struct {
	Name      string   `json:"name"`
	Part      string   `json:"part"` // the struct that it belongs to: Database, Shopify, …
	Type      string   `json:"type"`
	Default   string   `json:"default,omitempty"`
	Required  bool     `json:"required,omitempty"`
	Secret    bool     `json:"secret,omitempty"`
	Meaning   string   `json:"meaning"`
	Processes []string `json:"processes,omitempty"` // that read it; of All only
}

// processes are the platform's programs, by name.
var processes = []struct {
	name     string
	settings any
}{{"ingest", Ingest{}}, {"dashboard-api", Dashboard{}}, {"blunt", Operator{}}}

// Settings lists what a process's struct reads, in the struct's order.
func Settings(process any) []Setting {
	var all []Setting
	walk(reflect.Indirect(reflect.ValueOf(process)), func(part reflect.Value) {
		for i := range part.NumField() {
			field := part.Type().Field(i)
			name, options, _ := strings.Cut(field.Tag.Get("env"), ",")
			if name == "" {
				continue
			}
			all = append(all, Setting{
				Name: name, Part: part.Type().Name(), Type: field.Type.String(), Default: field.Tag.Get("envDefault"),
				Required: strings.Contains(options, "required"), Secret: field.Tag.Get("secret") == "true", Meaning: field.Tag.Get("doc"),
			})
		}
	})
	return all
}

// All lists what any process reads, each variable once, with the processes that read it.
func All() []Setting {
	var all []Setting
	for _, process := range processes {
		for _, setting := range Settings(process.settings) {
			i := slices.IndexFunc(all, func(s Setting) bool { return s.Name == setting.Name })
			if i < 0 {
				all = append(all, setting)
				i = len(all) - 1
			}
			all[i].Processes = append(all[i].Processes, process.name)
		}
	}
	return all
}

// Document writes the settings of a process as a table: variable, default, meaning.
func Document(w io.Writer, process any) error { return Table(w, Settings(process)) }

// Table writes settings as a table for a terminal.
func Table(w io.Writer, settings []Setting) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var failed error
	for _, s := range settings {
		value := s.Default
		if s.Required {
			value = "(required)"
		}
		_, err := fmt.Fprintf(table, "  %s\t%s\t%s\n", s.Name, value, s.Meaning)
		failed = errors.Join(failed, err)
	}
	return errors.Join(failed, table.Flush())
}

// Markdown writes the reference of all settings, a section for each part.
func Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString(`# Configuration

Written by ` + "`go generate ./internal/config`" + ` from the structs of that package. Every process reads its settings from the
environment and, started with wrong ones, names all of them at once. ` + "`ingest settings`, `dashboard-api settings`" + ` and
` + "`blunt settings`" + ` print the same. Durations are written as 90s, 10m, 24h; lists are comma-separated.
`)
	all, done := All(), map[string]bool{}
	for _, first := range all {
		if done[first.Part] {
			continue
		}
		done[first.Part] = true
		fmt.Fprintf(&b, "\n## %s\n\nRead by %s.\n\n| variable | default | meaning |\n|---|---|---|\n", first.Part, strings.Join(first.Processes, ", "))
		for _, s := range all {
			if s.Part == first.Part {
				fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, shown(s), cell(s))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func shown(s Setting) string {
	switch {
	case s.Required:
		return "**required**"
	case s.Default == "":
		return ""
	default:
		return "`" + s.Default + "`"
	}
}

func cell(s Setting) string {
	text := strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;").Replace(s.Meaning)
	if s.Secret {
		text += " (secret)"
	}
	return text
}
