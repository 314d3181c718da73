package artifact

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gowebpki/jcs"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"bluntcases.com/platform/internal/fault"
)

// Files holds the JSON Schema of each kind's spec, schemas/<kind>.json. The rows of macrodata_catalog hold the same.
//
//go:embed schemas/*.json
var Files embed.FS

// maxSpecBytes bounds a spec: it is a description, not a container.
const maxSpecBytes = 1 << 20

// Schemas validates specs. It is made once and may be used by many goroutines.
type Schemas struct {
	compiled map[Kind]*jsonschema.Schema
	printer  *message.Printer
}

// LoadSchemas compiles the schema of every kind.
func LoadSchemas() (*Schemas, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	s := &Schemas{compiled: map[Kind]*jsonschema.Schema{}, printer: message.NewPrinter(language.English)}
	for _, kind := range Kinds() {
		path := "schemas/" + string(kind) + ".json"
		text, err := Files.ReadFile(path)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "read the schema of %s", kind)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "parse %s", path)
		}
		if err := compiler.AddResource(path, document); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "load %s", path)
		}
		if s.compiled[kind], err = compiler.Compile(path); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "compile %s", path)
		}
	}
	return s, nil
}

// Faults names everything that is wrong with a spec, each by the JSON pointer of its place below /spec. The shape comes
// first; what a shape cannot say (ranks that meet, metrics that do not exist) is said of the places whose shape is right.
func (s *Schemas) Faults(kind Kind, spec json.RawMessage) []fault.Field {
	schema, known := s.compiled[kind]
	if !known {
		return []fault.Field{{Name: "/kind", Detail: fmt.Sprintf("%q is not a kind of artifact", kind)}}
	}
	if len(spec) > maxSpecBytes {
		return []fault.Field{{Name: "/spec", Detail: fmt.Sprintf("is %d bytes, at most %d are stored", len(spec), maxSpecBytes)}}
	}
	if _, err := jcs.Transform(spec); err != nil { // refuses duplicate keys and bad UTF-8, which a decoder would pass
		return []fault.Field{{Name: "/spec", Detail: "is not JSON: " + err.Error()}}
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(spec))
	if err != nil {
		return []fault.Field{{Name: "/spec", Detail: "is not JSON: " + err.Error()}}
	}
	if err := schema.Validate(document); err != nil {
		var invalid *jsonschema.ValidationError
		if !errors.As(err, &invalid) {
			return []fault.Field{{Name: "/spec", Detail: err.Error()}}
		}
		return alsoMeant(kind, spec, s.flatten(invalid, nil))
	}
	if kind == ClassificationSpecKind {
		_, faults := decodeClassification(spec)
		return faults
	}
	return nil
}

// alsoMeant adds to the faults of a classification's shape those of its meaning, where the two do not speak of one place.
func alsoMeant(kind Kind, spec json.RawMessage, shape []fault.Field) []fault.Field {
	var parsed ClassificationSpec
	if kind != ClassificationSpecKind || json.Unmarshal(spec, &parsed) != nil {
		return shape
	}
	all := shape
	for _, f := range parsed.Faults() {
		if !slices.ContainsFunc(shape, func(other fault.Field) bool { return within(f.Name, other.Name) || within(other.Name, f.Name) }) {
			all = append(all, f)
		}
	}
	return all
}

// within tells whether a pointer leads to a place or to something below it.
func within(at, place string) bool { return at == place || strings.HasPrefix(at, place+"/") }

// flatten turns the validator's tree into a list: its leaves are the faults.
func (s *Schemas) flatten(e *jsonschema.ValidationError, faults []fault.Field) []fault.Field {
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			faults = s.flatten(cause, faults)
		}
		return faults
	}
	at := "/spec" + pointer(e.InstanceLocation)
	switch reason := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range reason.Properties {
			faults = append(faults, fault.Field{Name: at + pointer([]string{name}), Detail: "is not a field of this kind"})
		}
	case *kind.Required:
		for _, name := range reason.Missing {
			faults = append(faults, fault.Field{Name: at + pointer([]string{name}), Detail: "is required"})
		}
	default:
		faults = append(faults, fault.Field{Name: at, Detail: e.ErrorKind.LocalizedString(s.printer)})
	}
	return faults
}

func pointer(path []string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, part := range path {
		b.WriteByte('/')
		b.WriteString(escape.Replace(part))
	}
	return b.String()
}

func index(path string, i int) string { return path + "/" + strconv.Itoa(i) }
