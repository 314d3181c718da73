package shopify

import (
	"fmt"
	"net/url"
	"strings"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

// session is the env of a request that came by HTTP.
type session struct {
	*env
	base string
}

// payload is what a mutation gives: an object, and why not.
type payload struct {
	object any
	errors []mutationError
}

type mutationError struct {
	field   []string
	message string
	code    string
	element int // -1 = none
}

func defineMutations(r *graph.Registry) {
	r.Define(rootMutation, nil,
		mutation("bulkOperationRunQuery", "BulkOperationRunQueryPayload", runBulk, "query", "groupObjects"),
		mutation("bulkOperationCancel", "BulkOperationCancelPayload", cancelBulk, "id"),
		mutation("metafieldsSet", "MetafieldsSetPayload", setMetafields, "metafields").Needs("write_products"),
		mutation("webhookSubscriptionCreate", "WebhookSubscriptionCreatePayload", subscribe, "topic", "webhookSubscription"),
	)
	object := func(name, typ string) *graph.Field {
		return graph.Object(name, typ, func(_ *graph.Call, p payload) any { return p.object })
	}
	faults := func(typ string) *graph.Field {
		return graph.ListOf("userErrors", typ, func(_ *graph.Call, p payload) graph.List { return graph.Values(p.errors) })
	}
	r.Define("BulkOperationRunQueryPayload", nil, object("bulkOperation", "BulkOperation"), faults("BulkOperationUserError"))
	r.Define("BulkOperationCancelPayload", nil, object("bulkOperation", "BulkOperation"), faults("UserError"))
	r.Define("WebhookSubscriptionCreatePayload", nil, object("webhookSubscription", "WebhookSubscription"), faults("UserError"))
	r.Define("MetafieldsSetPayload", nil, faults("MetafieldsSetUserError"),
		graph.ListOf("metafields", "Metafield", func(_ *graph.Call, p payload) graph.List {
			set, ok := p.object.([]*store.Metafield)
			if !ok {
				return nil
			}
			return graph.Values(set)
		}))
	field := graph.Scalar("field", func(e mutationError) any {
		if e.field == nil {
			return nil
		}
		return e.field
	})
	message := graph.Scalar("message", func(e mutationError) any { return e.message })
	code := graph.Scalar("code", func(e mutationError) any { return orNil(e.code) })
	r.Define("UserError", nil, field, message)
	r.Define("BulkOperationUserError", nil, field, message, code)
	r.Define("MetafieldsSetUserError", nil, field, message, code, graph.Scalar("elementIndex", func(e mutationError) any {
		if e.element < 0 {
			return nil
		}
		return e.element
	}))
	defineSubscriptions(r)
}

// mutation is a mutation's field; they cost ten points.
func mutation(name, typ string, do func(*session, graph.Arguments) payload, args ...string) *graph.Field {
	return &graph.Field{Name: name, Type: typ, Args: args, Cost: 9, Resolve: func(c *graph.Call, _ any) (any, error) {
		return do(c.Env.(*session), c.Args), nil
	}}
}

func runBulk(s *session, a graph.Arguments) payload {
	o, refused := s.server.bulk.submit(s.env, a.String("query"), a.Bool("groupObjects"), s.base)
	if refused != nil {
		return payload{errors: []mutationError{{refused.Field, refused.Message, refused.Code, -1}}}
	}
	return payload{object: o}
}

func cancelBulk(s *session, a graph.Arguments) payload {
	_, id, err := store.ParseGID(a.String("id"))
	if err != nil {
		return payload{errors: []mutationError{{[]string{"id"}, err.Error(), "", -1}}}
	}
	o, refused := s.server.bulk.cancel(id)
	p := payload{object: pointer(o)}
	if refused != "" {
		p.errors = []mutationError{{[]string{"id"}, refused, "", -1}}
	}
	return p
}

func subscribe(s *session, a graph.Arguments) payload {
	input, _ := a["webhookSubscription"].(map[string]any)
	target, _ := input["uri"].(string)
	if target == "" {
		target, _ = input["callbackUrl"].(string)
	}
	for name := range input {
		if name != "uri" && name != "callbackUrl" && name != "format" {
			return payload{errors: []mutationError{{[]string{"webhookSubscription", name}, name + " is not supported by the simulator", "", -1}}}
		}
	}
	if u, err := url.Parse(target); err != nil || u.Host == "" {
		return payload{errors: []mutationError{{[]string{"webhookSubscription", "uri"}, "Address is invalid", "", -1}}}
	}
	made, err := s.server.webhooks.subscribe(a.String("topic"), target, s.now)
	if err != nil {
		return payload{errors: []mutationError{{[]string{"webhookSubscription", "uri"}, err.Error(), "", -1}}}
	}
	return payload{object: made}
}

// maxMetafields is the most that one metafieldsSet takes.
const maxMetafields = 25

// setMetafields sets all of them or none.
func setMetafields(s *session, a graph.Arguments) payload {
	inputs, _ := a["metafields"].([]any)
	var p payload
	refuse := func(i int, field, code, message string) {
		p.errors = append(p.errors, mutationError{[]string{"metafields", fmt.Sprint(i), field}, message, code, i})
	}
	if len(inputs) > maxMetafields {
		refuse(len(inputs)-1, "key", "LESS_THAN_OR_EQUAL_TO", fmt.Sprintf("Exceeded the maximum metafields input limit of %d.", maxMetafields))
		return p
	}
	var fields []store.Metafield
	for i, in := range inputs {
		input, _ := in.(map[string]any)
		f, before := s.metafield(input, i)
		digest, compares := input["compareDigest"]
		switch owner, err := s.lookup(f.Owner); {
		case err != nil || owner == nil:
			refuse(i, "ownerId", "INVALID", "Owner does not exist.")
		case f.Key == "" || len(f.Key) > 64:
			refuse(i, "key", "TOO_SHORT", "Key is too short or too long.")
		case f.Type == "":
			refuse(i, "type", "BLANK", "Type can't be blank.")
		case f.Value == "":
			refuse(i, "value", "BLANK", "Value can't be blank.")
		case f.Type == "url" && (len(f.Value) > 2048 || !strings.Contains(f.Value, "://")):
			refuse(i, "value", "INVALID_VALUE", "Value must be a URL of at most 2 KB.")
		case compares && !matchesDigest(before, digest):
			refuse(i, "compareDigest", "STALE_OBJECT", "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.")
		}
		fields = append(fields, f)
	}
	if len(p.errors) > 0 {
		return p
	}
	if err := s.server.store.SetMetafields(fields); err != nil {
		p.errors = []mutationError{{nil, err.Error(), "INTERNAL_ERROR", -1}}
		return p
	}
	snap := s.server.store.Snapshot()
	s.snap = snap
	set := make([]*store.Metafield, len(fields))
	for i := range fields {
		set[i] = find(snap, &fields[i])
	}
	p.object = set
	return p
}

// metafield reads an input, and finds the metafield that is there already.
func (s *session) metafield(input map[string]any, i int) (f store.Metafield, before *store.Metafield) {
	text := func(name string) string {
		v, _ := input[name].(string)
		return v
	}
	f = store.Metafield{
		Owner: text("ownerId"), Namespace: text("namespace"), Key: text("key"), Type: text("type"), Value: text("value"),
		Created: s.now, Updated: s.now,
	}
	if f.Namespace == "" {
		f.Namespace = "app--1"
	}
	f.ID = int64(hash64(f.Owner, f.Namespace, f.Key) >> 16)
	if before = find(s.snap, &f); before != nil && f.Type == "" {
		f.Type = before.Type
	}
	return f, before
}

// matchesDigest holds what the caller believes to be there against what is:
// null is nothing.
func matchesDigest(before *store.Metafield, want any) bool {
	if want == nil {
		return before == nil
	}
	return before != nil && want == digest(before)
}

func find(snap *store.Snapshot, f *store.Metafield) *store.Metafield {
	for _, g := range snap.Metafields[f.Owner] {
		if g.Namespace == f.Namespace && g.Key == f.Key {
			return g
		}
	}
	return nil
}
