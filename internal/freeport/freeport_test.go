package freeport_test

import (
	"net"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/freeport"
)

func TestPortsAreFreeDifferentAndOutOfTheWayOfConnections(t *testing.T) {
	ports, err := freeport.Find(50)
	require.NoError(t, err)
	require.Len(t, ports, 50)
	slices.Sort(ports)
	require.Len(t, slices.Compact(ports), 50)
	require.Less(t, slices.Max(ports), 32768)
	for _, port := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		require.NoError(t, err)
		require.NoError(t, l.Close())
	}
}

func TestMorePortsThanThereAreIsAnError(t *testing.T) {
	_, err := freeport.Find(2000)
	require.ErrorContains(t, err, "2000 ports")
}
