package testenv

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"

	"bluntcases.com/platform/internal/config"
)

const provisionWithin = 30 * time.Second

// unique is a name that no other test has, in lower case.
func unique() string { return "t" + strings.ToLower(rand.Text()[:12]) }

// S3 is the shared gateway with two empty buckets of the test's own.
func S3(t testing.TB) config.Objects {
	t.Helper()
	objects := Stack(t).Objects()
	name := unique()
	objects.ArchiveBucket, objects.AssetsBucket = name+"-archive", name+"-assets"
	MakeBuckets(t, objects)
	return objects
}

// MakeBuckets creates the buckets that the settings name.
func MakeBuckets(t testing.TB, objects config.Objects) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), provisionWithin)
	defer cancel()
	api := s3.New(s3.Options{
		Region: objects.Region, BaseEndpoint: aws.String(objects.Endpoint), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(objects.AccessKeyID, objects.SecretKey, ""),
	})
	for _, bucket := range []string{objects.ArchiveBucket, objects.AssetsBucket} {
		if _, err := api.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
			t.Fatalf("create the bucket %s: %v", bucket, err)
		}
	}
}

// NATS is a JetStream server of the test's own: the streams' names are fixed, so tests cannot share one.
func NATS(t testing.TB) config.Streams {
	t.Helper()
	return Own(t, "nats").Env().Streams()
}

// Catalog is the shared Iceberg catalog with a warehouse of the test's own, empty.
func Catalog(t testing.TB) config.Lake {
	t.Helper()
	lake := Stack(t).Lake(filepath.Join(t.TempDir(), "lake"))
	lake.Warehouse = unique()
	return lake
}

// Temporal is the shared server with a namespace of the test's own, which has the platform's search attributes.
func Temporal(t testing.TB) config.Temporal {
	t.Helper()
	settings := Stack(t).Temporal()
	settings.Namespace = unique()
	ctx, cancel := context.WithTimeout(context.Background(), provisionWithin)
	defer cancel()
	c, err := client.NewLazyClient(client.Options{HostPort: settings.Address, Namespace: settings.Namespace, Logger: silent{}})
	if err != nil {
		t.Fatalf("connect to Temporal: %v", err)
	}
	defer c.Close()
	_, err = c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: settings.Namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	})
	if err != nil {
		t.Fatalf("register the namespace: %v", err)
	}
	await(ctx, t, "the search attributes of the namespace", func() error {
		_, err := c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
			Namespace: settings.Namespace, SearchAttributes: searchAttributes(),
		})
		return err
	})
	await(ctx, t, "the namespace", func() error {
		_, err := c.DescribeTaskQueue(ctx, "ready", enumspb.TASK_QUEUE_TYPE_WORKFLOW)
		return err
	})
	return settings
}

func searchAttributes() map[string]enumspb.IndexedValueType {
	return map[string]enumspb.IndexedValueType{
		"JobType": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "RunPhase": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"Shop": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "RecordCount": enumspb.INDEXED_VALUE_TYPE_INT,
	}
}

// await repeats a step until it works or the context is over.
func await(ctx context.Context, t testing.TB, what string, step func() error) {
	t.Helper()
	for {
		err := step()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("wait for %s: %v", what, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}
