package archive

import (
	"bytes"
	"errors"
)

// Head is what the first pass needs to know of a line: whose it is. The slices point into the line.
type Head struct {
	ID     []byte // top-level "id"; empty where it is null or missing
	Parent []byte // top-level "__parentId"
	Order  []byte // the id inside a top-level "order": the owner of a detail answer
}

var (
	errNoObject     = errors.New("the line is not a JSON object")
	errUnterminated = errors.New("the JSON object ends too early")
	errTrailing     = errors.New("there is text after the JSON object")
)

// Scan finds the head of a JSON line without parsing the rest. It checks what tells a torn line from a whole one: that
// strings and brackets are closed. The second pass parses in full.
func Scan(line []byte) (Head, error) {
	var head Head
	s := scanner{b: line}
	s.space()
	if !s.eat('{') {
		return head, errNoObject
	}
	s.space()
	if s.eat('}') {
		return head, s.end()
	}
	for {
		s.space()
		key, err := s.str()
		if err != nil {
			return head, err
		}
		s.space()
		if !s.eat(':') {
			return head, errNoObject
		}
		s.space()
		value, err := s.value()
		if err != nil {
			return head, err
		}
		switch string(key) {
		case "id":
			head.ID = unquote(value)
		case "__parentId":
			head.Parent = unquote(value)
		case "order":
			if inner, err := Scan(value); err == nil {
				head.Order = inner.ID
			}
		}
		s.space()
		if s.eat('}') {
			return head, s.end()
		}
		if !s.eat(',') {
			return head, errUnterminated
		}
	}
}

type scanner struct {
	b []byte
	i int
}

func (s *scanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\t' || s.b[s.i] == '\r' || s.b[s.i] == '\n') {
		s.i++
	}
}

func (s *scanner) eat(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *scanner) end() error {
	s.space()
	if s.i != len(s.b) {
		return errTrailing
	}
	return nil
}

// str reads a string and returns what stands between the quotes, escapes and all.
func (s *scanner) str() ([]byte, error) {
	if !s.eat('"') {
		return nil, errNoObject
	}
	from := s.i
	for {
		n := bytes.IndexByte(s.b[s.i:], '"')
		if n < 0 {
			return nil, errUnterminated
		}
		s.i += n + 1
		escapes := 0
		for at := s.i - 2; at >= from && s.b[at] == '\\'; at-- {
			escapes++
		}
		if escapes%2 == 0 {
			return s.b[from : s.i-1], nil
		}
	}
}

// value skips one value of any kind and returns its text.
func (s *scanner) value() ([]byte, error) {
	from, depth := s.i, 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			if _, err := s.str(); err != nil {
				return nil, err
			}
			if depth == 0 {
				return s.b[from:s.i], nil
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.b[from:s.i], nil
			}
			depth--
			if depth == 0 {
				s.i++
				return s.b[from:s.i], nil
			}
		case ',':
			if depth == 0 {
				return s.b[from:s.i], nil
			}
		}
		s.i++
	}
	return nil, errUnterminated
}

// unquote is the content of a string value; ids hold no escapes. A null is empty.
func unquote(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' {
		return nil
	}
	return value[1 : len(value)-1]
}
