package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Arguments are a field's arguments, or a request's variables, as JSON gives
// them: string (enums too), int64, float64, bool, nil, []any, map[string]any.
type Arguments map[string]any

// String gives a string or enum argument, "" where there is none.
func (a Arguments) String(name string) string {
	s, _ := a[name].(string)
	return s
}

// Int gives an integer argument; ok tells whether there is one.
func (a Arguments) Int(name string) (n int, ok bool) {
	switch v := a[name].(type) {
	case int64:
		return int(v), true
	case float64:
		return int(v), v == float64(int(v))
	}
	return 0, false
}

// Bool gives a boolean argument, false where there is none.
func (a Arguments) Bool(name string) bool {
	b, _ := a[name].(bool)
	return b
}

// paging are the arguments that every connection understands.
func paging(name string) bool {
	return slices.Contains([]string{"first", "after", "last", "before", "reverse"}, name)
}

// arguments reads the arguments of a field.
func (c *compiler) arguments(path []string, owner string, f *Field, given ast.ArgumentList) (Arguments, error) {
	args := Arguments{}
	for _, a := range given {
		if !slices.Contains(f.Args, a.Name) && !(f.Shape == Connection && paging(a.Name)) {
			return nil, refuse(path, CodeUnsupported,
				fmt.Sprintf("argument %q of %s.%s is not supported by the simulator", a.Name, owner, f.Name))
		}
		value, set, err := c.value(a.Value)
		if err != nil {
			return nil, refuse(path, CodeInvalidArgument, fmt.Sprintf("argument %q of %s.%s: %v", a.Name, owner, f.Name, err))
		}
		if set {
			args[a.Name] = value
		}
	}
	return args, nil
}

// value reads a literal or a variable; set is false for a variable that was not given.
func (c *compiler) value(v *ast.Value) (value any, set bool, err error) {
	switch v.Kind {
	case ast.Variable:
		if value, ok := c.variables[v.Raw]; ok {
			return value, true, nil
		}
		if d := c.operation.VariableDefinitions.ForName(v.Raw); d != nil && d.DefaultValue != nil {
			return c.value(d.DefaultValue)
		}
		return nil, false, nil
	case ast.IntValue:
		n, err := strconv.ParseInt(v.Raw, 10, 64)
		return n, true, err
	case ast.FloatValue:
		f, err := strconv.ParseFloat(v.Raw, 64)
		return f, true, err
	case ast.StringValue, ast.BlockValue, ast.EnumValue:
		return strings.Clone(v.Raw), true, nil
	case ast.BooleanValue:
		return v.Raw == "true", true, nil
	case ast.NullValue:
		return nil, true, nil
	case ast.ListValue:
		list := make([]any, 0, len(v.Children))
		for _, child := range v.Children {
			value, _, err := c.value(child.Value)
			if err != nil {
				return nil, false, err
			}
			list = append(list, value)
		}
		return list, true, nil
	default:
		object := map[string]any{}
		for _, child := range v.Children {
			value, set, err := c.value(child.Value)
			if err != nil {
				return nil, false, err
			}
			if set {
				object[child.Name] = value
			}
		}
		return object, true, nil
	}
}
