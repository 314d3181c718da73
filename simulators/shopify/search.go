package shopify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bluntcases.com/platform/simulators/shopify/store"
)

// condition is a parsed search query: does an object match?
type condition[T any] func(T) bool

// term reads what a search term compares: a store.Instant, int64, string, bool
// or []string of the object.
type term[T any] func(T) any

// parseSearch reads Shopify's search syntax: terms ("field:value",
// "field:>=value") joined by AND (or nothing), OR, NOT or "-", and
// parentheses. A field that is not among the terms is an error: Shopify would
// ignore it and answer with everything.
func parseSearch[T any](query string, terms map[string]term[T]) (condition[T], error) {
	p := &searchParser[T]{tokens: tokens(query), terms: terms}
	if len(p.tokens) == 0 {
		return func(T) bool { return true }, nil
	}
	c, err := p.or()
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("unexpected %q", p.tokens[0])
	}
	if err != nil {
		return nil, fmt.Errorf("search %q: %w", query, err)
	}
	return c, nil
}

// tokens splits at blanks and parentheses, but not within quotes.
func tokens(query string) []string {
	var all []string
	var now strings.Builder
	quote := rune(0)
	flush := func() {
		if now.Len() > 0 {
			all = append(all, now.String())
			now.Reset()
		}
	}
	for _, r := range query {
		switch {
		case quote != 0:
			now.WriteRune(r)
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
			now.WriteRune(r)
		case r == ' ' || r == '\n' || r == '\t':
			flush()
		case r == '(' || r == ')':
			flush()
			all = append(all, string(r))
		default:
			now.WriteRune(r)
		}
	}
	flush()
	return all
}

type searchParser[T any] struct {
	tokens []string
	terms  map[string]term[T]
}

func (p *searchParser[T]) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *searchParser[T]) or() (condition[T], error) {
	left, err := p.and()
	for err == nil && p.next() == "OR" {
		p.tokens = p.tokens[1:]
		l := left
		var right condition[T]
		right, err = p.and()
		left = func(v T) bool { return l(v) || right(v) }
	}
	return left, err
}

func (p *searchParser[T]) and() (condition[T], error) {
	left, err := p.not()
	for err == nil && p.next() != "" && p.next() != "OR" && p.next() != ")" {
		if p.next() == "AND" {
			p.tokens = p.tokens[1:]
		}
		l := left
		var right condition[T]
		right, err = p.not()
		left = func(v T) bool { return l(v) && right(v) }
	}
	return left, err
}

func (p *searchParser[T]) not() (condition[T], error) {
	token := p.next()
	switch {
	case token == "":
		return nil, fmt.Errorf("a term is missing")
	case token == "NOT":
		p.tokens = p.tokens[1:]
	case token == "(":
		p.tokens = p.tokens[1:]
		c, err := p.or()
		if err != nil {
			return nil, err
		}
		if p.next() != ")" {
			return nil, fmt.Errorf("a parenthesis is not closed")
		}
		p.tokens = p.tokens[1:]
		return c, nil
	case strings.HasPrefix(token, "-"):
		p.tokens[0] = token[1:]
	default:
		p.tokens = p.tokens[1:]
		return p.term(token)
	}
	c, err := p.not()
	if err != nil {
		return nil, err
	}
	return func(v T) bool { return !c(v) }, nil
}

func (p *searchParser[T]) term(token string) (condition[T], error) {
	name, value, ok := strings.Cut(token, ":")
	read := p.terms[name]
	if !ok || read == nil {
		return nil, fmt.Errorf("term %q is not supported by the simulator", token)
	}
	op := ""
	for _, o := range []string{">=", "<=", ">", "<"} {
		if strings.HasPrefix(value, o) {
			op, value = o, value[len(o):]
			break
		}
	}
	value = strings.Trim(value, `'"`)
	var zero T
	switch sample(read, zero).(type) {
	case store.Instant:
		at, err := searchTime(value)
		return compare(read, op, at), err
	case int64:
		n, err := strconv.ParseInt(value[strings.LastIndex(value, "/")+1:], 10, 64)
		return compare(read, op, n), err
	case bool:
		return func(v T) bool { return read(v) == (value == "true") }, nil
	case []string:
		return func(v T) bool { return slices.Contains(read(v).([]string), value) }, nil
	default:
		return func(v T) bool { return value == "any" || strings.EqualFold(read(v).(string), value) }, nil
	}
}

// sample tells the type that a term reads: terms must bear the zero value.
func sample[T any](read term[T], zero T) any { return read(zero) }

// compare orders by the operator. Shopify reads ">" as ">=".
func compare[T any, V store.Instant | int64](read term[T], op string, with V) condition[T] {
	switch op {
	case ">", ">=":
		return func(v T) bool { return read(v).(V) >= with }
	case "<":
		return func(v T) bool { return read(v).(V) < with }
	case "<=":
		return func(v T) bool { return read(v).(V) <= with }
	default:
		return func(v T) bool { return read(v).(V) == with }
	}
}

func searchTime(value string) (store.Instant, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, value); err == nil {
			return store.InstantOf(at), nil
		}
	}
	return 0, fmt.Errorf("%q is no time", value)
}
