package temporal

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/types/known/durationpb"

	"bluntcases.com/platform/internal/fault"
)

// The search attributes by which runs are found.
var (
	JobType     = sdk.NewSearchAttributeKeyKeyword("JobType")
	RunPhase    = sdk.NewSearchAttributeKeyKeyword("RunPhase")
	Shop        = sdk.NewSearchAttributeKeyKeyword("Shop")
	RecordCount = sdk.NewSearchAttributeKeyInt64("RecordCount")
)

var attributes = map[string]enumspb.IndexedValueType{
	JobType.GetName():     enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	RunPhase.GetName():    enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	Shop.GetName():        enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	RecordCount.GetName(): enumspb.INDEXED_VALUE_TYPE_INT,
}

// Retention is how long a closed run stays listed.
const Retention = 30 * 24 * time.Hour

// EnsureNamespace creates the namespace where it is missing and tells whether it did. Temporal Cloud does not let
// clients do that: there the namespace must exist.
func EnsureNamespace(ctx context.Context, namespaces client.NamespaceClient, name string) (created bool, err error) {
	_, err = namespaces.Describe(ctx, name)
	var missing *serviceerror.NamespaceNotFound
	switch {
	case err == nil:
		return false, nil
	case !errors.As(err, &missing):
		return false, fault.Wrap(fault.Unavailable, err, "describe namespace %s", name)
	}
	err = namespaces.Register(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: name, WorkflowExecutionRetentionPeriod: durationpb.New(Retention),
	})
	var raced *serviceerror.NamespaceAlreadyExists
	if err != nil && !errors.As(err, &raced) {
		return false, fault.Wrap(fault.Forbidden, err, "create namespace %s", name)
	}
	return true, nil
}

// MissingAttributes lists the search attributes that the namespace lacks.
func MissingAttributes(ctx context.Context, c client.Client, namespace string) ([]string, error) {
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "list search attributes")
	}
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if _, ok := have.GetCustomAttributes()[name]; !ok {
			missing = append(missing, name)
		}
	}
	return missing, nil
}

// EnsureAttributes adds the search attributes that the namespace lacks and lists them.
func EnsureAttributes(ctx context.Context, c client.Client, namespace string) (added []string, err error) {
	missing, err := MissingAttributes(ctx, c, namespace)
	if err != nil || len(missing) == 0 {
		return nil, err
	}
	add := map[string]enumspb.IndexedValueType{}
	for _, name := range missing {
		add[name] = attributes[name]
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: add})
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "add search attributes %v", missing)
	}
	return missing, nil
}
