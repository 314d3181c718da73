// Package temporal runs a Temporal server with its web UI in the process, over one SQLite file.
package temporal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/temporal"
	"google.golang.org/protobuf/types/known/durationpb"

	"bluntcases.com/platform/devstack/part"
)

const (
	namespace = "default"
	// retention is how long a finished workflow stays listed, with its history.
	retention = 30 * 24 * time.Hour
)

// searchAttributes are there from the start, so that a test needs no provisioning; `blunt provision` adds what a later
// version needs to a namespace that exists.
var searchAttributes = map[string]enumspb.IndexedValueType{
	"JobType":     enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"RunPhase":    enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"Shop":        enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"RecordCount": enumspb.INDEXED_VALUE_TYPE_INT,
}

// Start runs the server, and the web UI on uiPort, until they are stopped.
func Start(ctx context.Context, base part.Base, uiPort int) (*part.Part, error) {
	release, err := part.Lock(base.Dir)
	if err != nil {
		return nil, err
	}
	instance, err := run(base)
	if err != nil {
		release()
		return nil, fmt.Errorf("start Temporal: %w", err)
	}
	ui := server.NewServer(server_options.WithConfigProvider(&uiconfig.Config{
		TemporalGRPCAddress: base.Address(), Host: part.Host, Port: uiPort, EnableUI: true,
		DefaultNamespace: namespace, HideLogs: true, DisableNewsFetch: true,
		CORS: uiconfig.CORS{CookieInsecure: true},
	}))
	go func() {
		if err := ui.Start(); err != nil {
			base.Log.Error("the Temporal UI ended", "error", err)
		}
	}()
	stop := func(context.Context) error {
		ui.Stop()
		err := instance.Stop()
		release()
		return err
	}
	// The server has no way of saying that it ended: nothing but Stop or the end of the process does that.
	err = part.Await(ctx, "Temporal", 60*time.Second, nil, func(ctx context.Context) error {
		if err := serving(ctx, base.Address()); err != nil {
			return err
		}
		return part.Dial(part.Address(uiPort))(ctx)
	})
	if err != nil {
		return nil, errors.Join(err, stop(ctx))
	}
	return &part.Part{
		Name: base.Name,
		Env: map[string]string{
			"TEMPORAL_ADDRESS": base.Address(), "TEMPORAL_NAMESPACE": namespace,
			"TEMPORAL_UI": fmt.Sprintf("http://localhost:%d", uiPort),
		},
		Stop: stop,
	}, nil
}

// serving says whether the frontend answers for the namespace: dialling fails where the namespace is missing.
func serving(ctx context.Context, address string) error {
	c, err := client.DialContext(ctx, client.Options{HostPort: address, Namespace: namespace, Logger: quiet{}})
	if err != nil {
		return err
	}
	defer c.Close()
	// The system's own workflows run once history and matching have found each other: only then is the server whole.
	_, err = c.DescribeTaskQueue(ctx, "ready", enumspb.TASK_QUEUE_TYPE_WORKFLOW)
	return err
}

func run(base part.Base) (temporal.Server, error) {
	file := filepath.Join(base.Dir, "temporal.db")
	store := store(file)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		if err := setUp(file); err != nil {
			return nil, err
		}
	}
	space, err := sqlite.NewNamespaceConfig(clusterName, namespace, false, searchAttributes)
	if err != nil {
		return nil, fmt.Errorf("describe the namespace: %w", err)
	}
	space.Detail.Config.Retention = durationpb.New(retention)
	if err := sqlite.CreateNamespaces(store, space); err != nil {
		return nil, fmt.Errorf("create the namespace: %w", err)
	}
	settings, hosts, err := configuration(base.Port, store)
	if err != nil {
		return nil, err
	}
	instance, err := temporal.NewServer(
		temporal.WithConfig(settings),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithLogger(logger(base)),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
		temporal.WithStaticHosts(hosts),
		temporal.WithDynamicConfigClient(tuning),
	)
	if err != nil {
		return nil, err
	}
	if err := instance.Start(); err != nil {
		return nil, err
	}
	return instance, nil
}

// setUp makes the schema in a file beside the real one and moves it into place, so that a crash in the middle does not
// leave half a schema behind.
func setUp(file string) error {
	fresh := file + ".new"
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(fresh + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	attributes := store(fresh)
	attributes.ConnectAttributes["journal_mode"] = "delete"
	if err := sqlite.SetupSchema(attributes); err != nil {
		return fmt.Errorf("make the schema: %w", err)
	}
	return os.Rename(fresh, file)
}

func logger(base part.Base) log.Logger {
	return log.NewZapLogger(log.BuildZapLogger(log.Config{
		Level: "error", Format: "json", OutputFile: filepath.Join(base.Dir, "server.log"),
	}))
}

// quiet keeps the readiness check's client from logging.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
