package testenv_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/jackc/pgx/v5"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/testenv"
)

func TestPostgresGivesEachTestItsOwnMigratedDatabase(t *testing.T) {
	first, second := open(t, testenv.Postgres(t)), open(t, testenv.Postgres(t))
	var tables int
	require.NoError(t, first.QueryRow(t.Context(), `SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'`).Scan(&tables))
	require.Greater(t, tables, 100)
	_, err := first.Exec(t.Context(), `CREATE TABLE only_here (id int)`)
	require.NoError(t, err)
	_, err = second.Exec(t.Context(), `SELECT FROM only_here`)
	require.ErrorContains(t, err, "does not exist")
}

func TestTemporalGivesEachTestItsOwnNamespace(t *testing.T) {
	first, second := testenv.Temporal(t), testenv.Temporal(t)
	require.NotEqual(t, first.Namespace, second.Namespace)
	c, err := client.Dial(client.Options{HostPort: first.Address, Namespace: first.Namespace})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: "w", TaskQueue: "nobody", TypedSearchAttributes: temporal.NewSearchAttributes(
			temporal.NewSearchAttributeKeyKeyword("JobType").ValueSet("sync"),
			temporal.NewSearchAttributeKeyInt64("RecordCount").ValueSet(7)),
	}, "Nothing")
	require.NoError(t, err, "the search attributes are known")
	require.Equal(t, "w", run.GetID())
}

func TestS3GivesEachTestItsOwnBuckets(t *testing.T) {
	objects := testenv.S3(t)
	list, err := s3Client(objects).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &objects.ArchiveBucket})
	require.NoError(t, err)
	require.Empty(t, list.Contents)
}

func TestCatalogAnswersForAWarehouseOfTheTest(t *testing.T) {
	lake := testenv.Catalog(t)
	response, err := http.Get(lake.URI + "/v1/config?warehouse=" + lake.Warehouse)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func TestNATSKeepsAcknowledgedMessagesOverAKill(t *testing.T) {
	own := testenv.Own(t, "nats")
	publish(t, own.Env()["NATS_URL"])
	own.Kill("nats")
	own.Start("nats")
	require.EqualValues(t, 1, messages(t, own.Env()["NATS_URL"]))
}

func TestPostgresKeepsCommitsOverAKill(t *testing.T) {
	own := testenv.Own(t, "postgres")
	conn := open(t, own.Env()["DATABASE_URL"])
	_, err := conn.Exec(t.Context(), `CREATE TABLE kept AS SELECT 1 AS one`)
	require.NoError(t, err)
	own.Kill("postgres")
	own.Start("postgres")
	var one int
	require.NoError(t, open(t, own.Env()["DATABASE_URL"]).QueryRow(t.Context(), `SELECT one FROM kept`).Scan(&one))
}

func TestTemporalKeepsWorkflowsOverAKill(t *testing.T) {
	own := testenv.Own(t, "temporal")
	address := own.Env()["TEMPORAL_ADDRESS"]
	c, err := client.Dial(client.Options{HostPort: address})
	require.NoError(t, err)
	_, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "kept", TaskQueue: "nobody"}, "Nothing")
	require.NoError(t, err)
	c.Close()
	own.Kill("temporal")
	own.Start("temporal")
	c, err = client.Dial(client.Options{HostPort: address})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	found, err := c.DescribeWorkflowExecution(t.Context(), "kept", "")
	require.NoError(t, err)
	require.Equal(t, "nobody", found.GetExecutionConfig().GetTaskQueue().GetName())
}

func TestS3KeepsObjectsOverAKill(t *testing.T) {
	own := testenv.Own(t, "s3")
	objects := own.Env().Objects()
	testenv.MakeBuckets(t, objects)
	_, err := s3Client(objects).PutObject(t.Context(), &s3.PutObjectInput{Bucket: &objects.ArchiveBucket, Key: aws.String("a/b")})
	require.NoError(t, err)
	own.Kill("s3")
	own.Start("s3")
	_, err = s3Client(objects).HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &objects.ArchiveBucket, Key: aws.String("a/b")})
	require.NoError(t, err)
}

func open(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func s3Client(objects config.Objects) *s3.Client {
	return s3.New(s3.Options{
		Region: objects.Region, BaseEndpoint: &objects.Endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(objects.AccessKeyID, objects.SecretKey, ""),
	})
}

func stream(t *testing.T, url string) (jetstream.JetStream, jetstream.Stream) {
	t.Helper()
	conn, err := nats.Connect(url)
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	s, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: "KEPT", Subjects: []string{"kept"}})
	require.NoError(t, err)
	return js, s
}

func publish(t *testing.T, url string) {
	t.Helper()
	js, _ := stream(t, url)
	_, err := js.Publish(t.Context(), "kept", []byte("1"))
	require.NoError(t, err)
}

func messages(t *testing.T, url string) uint64 {
	t.Helper()
	_, s := stream(t, url)
	info, err := s.Info(t.Context())
	require.NoError(t, err)
	return info.State.Msgs
}
