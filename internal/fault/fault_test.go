package fault_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
)

func TestEveryCodeHasAMeaning(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	require.NoError(t, err)
	var codes []fault.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "Code" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			codes = append(codes, fault.Code(value))
		}
		return true
	})
	require.NotEmpty(t, codes)
	for _, code := range codes {
		require.True(t, code.Known(), "%s stands in no row of the table", code)
		require.NotEmpty(t, code.Advice(), "%s says nothing about what to do", code)
		require.GreaterOrEqual(t, code.Status(), 400, "%s", code)
	}
	require.False(t, fault.Code("no_such_code").Known())
}

func TestMessageNamesFieldAndRow(t *testing.T) {
	err := fault.Invalid("upload", fault.Field{Name: "sku", Row: 7, Detail: "is empty"}, fault.Field{Name: "price", Detail: "is not a number"})
	require.EqualError(t, err, "upload is not valid: row 7, sku: is empty; price: is not a number")
}

func TestFaultIsFoundThroughWrapping(t *testing.T) {
	cause := errors.New("connection refused")
	err := fmt.Errorf("load: %w", fault.Wrap(fault.Unavailable, cause, "postgres did not answer"))
	require.True(t, fault.Is(err, fault.Unavailable))
	require.True(t, fault.Of(err).Retryable())
	require.ErrorIs(t, err, cause)
	require.Equal(t, fault.Internal, fault.Of(cause).Code)
}
