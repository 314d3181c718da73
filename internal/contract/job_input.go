package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/fault"
)

// Validator is implemented by inputs that have rules beyond their types. Names are JSON pointers.
type Validator interface{ Validate() []fault.Field }

// decodeInput fills the struct that input points to, member by member, so that every fault is found and not only the
// first.
func decodeInput(members map[string]json.RawMessage, input any) (any, []fault.Field) {
	target := reflect.ValueOf(input).Elem()
	known := map[string]reflect.Value{}
	for i := range target.NumField() {
		name, _, _ := strings.Cut(target.Type().Field(i).Tag.Get("json"), ",")
		known[name] = target.Field(i)
	}
	var fields []fault.Field
	for _, name := range slices.Sorted(maps.Keys(members)) {
		field, ok := known[name]
		if !ok {
			fields = append(fields, fault.Field{Name: "/" + name, Detail: "is not a field of this job"})
			continue
		}
		if err := json.Unmarshal(members[name], field.Addr().Interface()); err != nil {
			fields = append(fields, fault.Field{Name: "/" + name, Detail: "cannot be read: " + err.Error()})
		}
	}
	if v, ok := target.Interface().(Validator); ok && len(fields) == 0 {
		fields = v.Validate()
	}
	return target.Interface(), fields
}

// Validate implements Validator.
func (in BulkSyncInput) Validate() []fault.Field {
	fields := checkEntities(in.Entities)
	if in.State != nil {
		fields = append(fields, fault.Field{Name: "/state", Detail: "is the workflow's own"})
	}
	return fields
}

// Validate implements Validator.
func (in BackfillInput) Validate() []fault.Field {
	fields := checkEntities(in.Entities)
	if !in.To.IsZero() && !in.To.After(in.From) {
		fields = append(fields, fault.Field{Name: "/to", Detail: "is not after /from"})
	}
	if in.State != nil {
		fields = append(fields, fault.Field{Name: "/state", Detail: "is the workflow's own"})
	}
	return fields
}

// runID is what stands in an archive's key; nothing else may reach one.
var runID = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// Validate implements Validator.
func (in ReplayInput) Validate() []fault.Field {
	var fields []fault.Field
	if !runID.MatchString(in.RunID) {
		fields = append(fields, fault.Field{Name: "/run_id", Detail: fmt.Sprintf("%q is no run id", in.RunID)})
	}
	if in.State != nil {
		fields = append(fields, fault.Field{Name: "/state", Detail: "is the workflow's own"})
	}
	return fields
}

func checkEntities(entities []Entity) []fault.Field {
	var fields []fault.Field
	for i, entity := range entities {
		name := fmt.Sprintf("/entities/%d", i)
		if !slices.Contains(MirroredEntities, entity) {
			fields = append(fields, fault.Field{Name: name, Detail: fmt.Sprintf("%q is not one of products, customers, orders", entity)})
		} else if slices.Index(entities, entity) < i {
			fields = append(fields, fault.Field{Name: name, Detail: fmt.Sprintf("%s is named twice", entity)})
		}
	}
	return fields
}

// CheckInput refuses an input that a job of the type would be refused with.
func CheckInput(name JobType, input any) error {
	if v, ok := input.(Validator); ok {
		if fields := v.Validate(); len(fields) > 0 {
			return fault.Invalid("job "+string(name), fields...)
		}
	}
	return nil
}
