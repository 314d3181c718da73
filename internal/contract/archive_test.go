package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

func TestAnArchiveIsReadBackFromItsMetadata(t *testing.T) {
	for _, archive := range []contract.Archive{
		{ObjectKey: "archives/ingest/r.orders.0001.jsonl", Entity: contract.Orders, Bytes: 90, Objects: 7, RootObjects: 2},
		{ObjectKey: "archives/ingest/r.orders.0001.details.jsonl", Entity: contract.Orders, Bytes: 9, Lines: 3, Objects: 3, RootObjects: 2},
	} {
		read, err := contract.ReadArchive(archive.ObjectKey, archive.Bytes, archive.Metadata())
		require.NoError(t, err)
		require.Equal(t, archive, read)
	}
}

func TestAnObjectWithoutCountsIsNoArchive(t *testing.T) {
	for _, metadata := range []map[string]string{nil, {"objects": "7"}, {"objects": "7", "root-objects": "-1"}, {"objects": "7", "root-objects": "2", "lines": "many"}} {
		_, err := contract.ReadArchive("key", 1, metadata)
		require.True(t, fault.Is(err, fault.MalformedArchive), "%v", metadata)
	}
}
