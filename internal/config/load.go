package config

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/caarlos0/env/v11"

	"bluntcases.com/platform/internal/fault"
)

// Validator is implemented by a part that has rules between its settings.
type Validator interface{ Validate() []fault.Field }

// Load fills a process's struct from the environment (the process's own where environ is nil) and reports every fault
// at once, by the variable's name.
func Load[Process any](environ map[string]string) (Process, error) {
	process, err := env.ParseAsWithOptions[Process](env.Options{Environment: environ})
	var fields []fault.Field
	if err != nil {
		var all env.AggregateError
		if !errors.As(err, &all) {
			return process, fmt.Errorf("read the environment: %w", err)
		}
		for _, one := range all.Errors {
			fields = append(fields, describe(one))
		}
	}
	walk(reflect.ValueOf(&process).Elem(), func(part reflect.Value) {
		if v, ok := part.Addr().Interface().(Validator); ok {
			fields = append(fields, v.Validate()...)
		}
	})
	if len(fields) > 0 {
		return process, fault.Invalid("configuration", fields...)
	}
	return process, nil
}

func describe(err error) fault.Field {
	var missing env.VarIsNotSetError
	var empty env.EmptyVarError
	var parse env.ParseError
	switch {
	case errors.As(err, &missing):
		return fault.Field{Name: missing.Key, Detail: "is not set"}
	case errors.As(err, &empty):
		return fault.Field{Name: empty.Key, Detail: "is empty"}
	case errors.As(err, &parse):
		return fault.Field{Name: parse.Name, Detail: "cannot be read as " + parse.Type.String()}
	default:
		return fault.Field{Name: "environment", Detail: err.Error()}
	}
}

// walk visits every struct within a configuration, the outermost included.
func walk(v reflect.Value, visit func(reflect.Value)) {
	visit(v)
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Struct {
			walk(v.Field(i), visit)
		}
	}
}

// Validate says that one of the two ways to authenticate must be given whole.
func (s Shopify) Validate() []fault.Field {
	if s.AccessToken == "" && (s.ClientID == "" || s.ClientSecret == "") {
		return []fault.Field{{Name: "SHOPIFY_ACCESS_TOKEN", Detail: "is not set, and neither are SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET"}}
	}
	return nil
}

// Validate bounds the roll's age, its batches, and its shards.
func (l Lake) Validate() (fields []fault.Field) {
	if l.RollAge != 0 && l.RollAge.Seconds() < 1 {
		fields = append(fields, fault.Field{Name: "LAKE_ROLL_AGE", Detail: "is below one second"})
	}
	if l.RollBytes < 1<<20 {
		fields = append(fields, fault.Field{Name: "LAKE_ROLL_BYTES", Detail: "is below one MiB (1048576)"})
	}
	if l.PublicationShards < 1 || l.PublicationShards > 64 {
		fields = append(fields, fault.Field{Name: "LAKE_PUBLICATION_SHARDS", Detail: "is not between 1 and 64"})
	}
	return fields
}

// Validate keeps what guards against repetition for longer than anybody repeats: Shopify does so for hours.
func (r Retention) Validate() []fault.Field {
	var fields []fault.Field
	if r.Webhooks < oneDay {
		fields = append(fields, fault.Field{Name: "WEBHOOK_DEDUPE_TTL", Detail: "is below 24 hours"})
	}
	if r.IdempotencyKeys < oneDay {
		fields = append(fields, fault.Field{Name: "IDEMPOTENCY_KEY_TTL", Detail: "is below 24 hours"})
	}
	return fields
}

const oneDay = 24 * time.Hour
