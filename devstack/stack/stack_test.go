package stack_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/devstack/part"
	"bluntcases.com/platform/devstack/shopify"
	"bluntcases.com/platform/devstack/stack"
)

func config(t *testing.T) stack.Config {
	t.Helper()
	ports, err := stack.FreePorts()
	require.NoError(t, err)
	return stack.Config{
		Dir: t.TempDir(), Cache: filepath.Join("..", "..", ".local", "cache"), Ports: ports,
		Store: shopify.Store{Size: "small"}, Log: slog.New(slog.DiscardHandler),
	}
}

func TestTheWholeStackComesUpAgainAndQuickly(t *testing.T) {
	c := config(t)
	first, err := stack.Start(t.Context(), c)
	require.NoError(t, err)
	env := first.Env()
	require.NoError(t, first.Stop(context.Background()))
	for _, name := range []string{
		"DATABASE_URL", "TEMPORAL_ADDRESS", "TEMPORAL_UI", "S3_ENDPOINT", "NATS_URL", "ICEBERG_URI", "SHOPIFY_URL", "CF_ACCESS_AUD",
	} {
		require.NotEmpty(t, env[name], name)
	}
	for name, port := range c.Ports {
		require.NoError(t, part.CheckPort(name, port), "every port is free again")
	}

	began := time.Now()
	second, err := stack.Start(t.Context(), c)
	require.NoError(t, err)
	defer func() { require.NoError(t, second.Stop(context.Background())) }()
	t.Logf("warm start: %s", time.Since(began))
	require.Equal(t, env, second.Env())
}

func TestATakenPortIsNamedWithItsOwnerAndWhatToDo(t *testing.T) {
	c := config(t)
	taken, err := net.Listen("tcp", part.Address(c.Ports["nats"]))
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	_, err = stack.Start(t.Context(), c, "nats")
	require.ErrorIs(t, err, part.ErrPortTaken)
	require.ErrorContains(t, err, "--ports nats=")
	require.ErrorContains(t, err, filepath.Base(os.Args[0])[:10], "the owner is this test")
}

func TestASecondStackInADirectoryIsToldOfTheFirst(t *testing.T) {
	c := config(t)
	first, err := stack.Start(t.Context(), c, "nats")
	require.NoError(t, err)
	defer func() { require.NoError(t, first.Stop(context.Background())) }()
	_, err = stack.Start(t.Context(), c, "nats")
	require.ErrorIs(t, err, part.ErrRunning)
}

func TestAFailureStopsWhatRuns(t *testing.T) {
	c := config(t)
	c.Database = "postgres://nobody@" + part.Address(1) + "/none?connect_timeout=1"
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := stack.Start(ctx, c, "nats", "postgres")
	require.ErrorContains(t, err, "DATABASE_URL")
	require.NoError(t, part.CheckPort("nats", c.Ports["nats"]))
}

func TestUnknownNamesAreRefused(t *testing.T) {
	_, err := stack.Start(t.Context(), config(t), "redis")
	require.ErrorContains(t, err, "postgres")
	_, err = stack.DefaultPorts().With(map[string]int{"redis": 1})
	require.ErrorContains(t, err, "redis")
	_, err = stack.DefaultPorts().With(map[string]int{"nats": 70000})
	require.ErrorContains(t, err, "70000")
}
