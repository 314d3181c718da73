package shopify_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	simulator "bluntcases.com/platform/simulators/shopify"
)

func archiving(result contract.OperationResult) contract.ArchiveInput {
	return contract.ArchiveInput{
		Result: result, Entity: contract.Orders, Window: everything, ObjectKey: contract.ArchiveKey(runID, "orders.0001"),
	}
}

func TestTheArchiveHoldsTheResultAndItsCounts(t *testing.T) {
	b := newBench(t)
	result, err := b.finished(t, submission(contract.Orders, 1))
	require.NoError(t, err)
	archive := must(t, b.ArchiveResult, archiving(result))

	require.Equal(t, result.Bytes, archive.Bytes)
	require.Equal(t, result.Objects, archive.Lines)
	lines := b.lines(t, archive.ObjectKey)
	require.EqualValues(t, archive.Lines, len(lines))
	require.EqualValues(t, archive.RootObjects, len(lines)-contains(lines, `"__parentId":"`))

	info, err := b.bucket.Head(t.Context(), archive.ObjectKey)
	require.NoError(t, err)
	read, err := contract.ReadArchive(archive.ObjectKey, info.Size, info.Metadata)
	require.NoError(t, err)
	require.Equal(t, archive.Objects, read.Objects)
	require.Equal(t, archive.RootObjects, read.RootObjects)
}

func TestADownloadSurvivesWhatHappensToIt(t *testing.T) {
	for _, f := range []simulator.Fault{
		{Kind: simulator.FaultDownloadReset, After: 5_000, Times: 3},
		{Kind: simulator.FaultDownload5xx, Times: 1, Skip: 1},
		{Kind: simulator.FaultDownloadSlow, DelayMS: 300, Times: 1},
	} {
		t.Run(f.Kind, func(t *testing.T) {
			b := newBench(t)
			result, err := b.finished(t, submission(contract.Orders, 1))
			require.NoError(t, err)
			whole := must(t, b.ArchiveResult, archiving(result))
			want := b.bytes(t, whole.ObjectKey)
			require.NoError(t, b.bucket.Delete(t.Context(), whole.ObjectKey))

			b.fault(t, f)
			if f.Skip > 0 {
				b.fault(t, simulator.Fault{Kind: simulator.FaultDownloadReset, After: 5_000, Times: 1})
			}
			again := must(t, b.ArchiveResult, archiving(result))
			require.Equal(t, whole, again)
			require.Equal(t, want, b.bytes(t, again.ObjectKey))
		})
	}
}

func TestAResultThatEndsEarlyIsNotArchived(t *testing.T) {
	b := newBench(t)
	result, err := b.finished(t, submission(contract.Orders, 1))
	require.NoError(t, err)
	b.fault(t, simulator.Fault{Kind: simulator.FaultDownloadTruncated, After: 5_000, Times: 1})

	in := archiving(result)
	_, _, err = attempt(t, b.ArchiveResult, in, nil)
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.ErrorContains(t, err, fmt.Sprintf("5000 of %d bytes", result.Bytes))
	_, err = b.bucket.Head(t.Context(), in.ObjectKey)
	require.True(t, fault.Is(err, fault.NotFound), "half a result was archived: %v", err)

	require.Equal(t, result.Bytes, must(t, b.ArchiveResult, in).Bytes)
}

func TestAnArchiveThatIsThereIsNotDownloadedAgain(t *testing.T) {
	b := newBench(t)
	result, err := b.finished(t, submission(contract.Orders, 1))
	require.NoError(t, err)
	first := must(t, b.ArchiveResult, archiving(result))
	require.Equal(t, first, must(t, b.ArchiveResult, archiving(result)))
	require.Equal(t, 1, b.shop.Calls()["download"])

	other, err := b.finished(t, submission(contract.Orders, 2))
	require.NoError(t, err)
	must(t, b.ArchiveResult, archiving(other))
	require.Equal(t, 2, b.shop.Calls()["download"], "another operation's result is another one")
}

func TestALinkThatExpiredIsLostAndItsSignatureUntold(t *testing.T) {
	b := newBench(t)
	result, err := b.finished(t, submission(contract.Orders, 1))
	require.NoError(t, err)
	b.fault(t, simulator.Fault{Kind: simulator.FaultURLExpired})
	_, _, err = attempt(t, b.ArchiveResult, archiving(result), nil)
	require.True(t, fault.Is(err, fault.BulkLost), "%v", err)
	require.NotContains(t, err.Error(), "signature")
}

func TestAWindowWithoutRowsMakesAnEmptyObject(t *testing.T) {
	b := newBench(t)
	in := submission(contract.Orders, 1)
	in.Window = contract.Window{From: time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(1990, 1, 2, 0, 0, 0, 0, time.UTC)}
	result, err := b.finished(t, in)
	require.NoError(t, err)
	archive := must(t, b.ArchiveResult, archiving(result))
	require.Zero(t, archive.Lines)
	require.Zero(t, archive.Bytes)
	require.Empty(t, b.bytes(t, archive.ObjectKey))
}

func TestWhatAFailedOperationHadWrittenIsKeptAsEvidence(t *testing.T) {
	for name, c := range map[string]struct {
		fault simulator.Fault
		kept  bool
	}{
		"failed":    {simulator.Fault{Kind: simulator.FaultBulkFailed, After: 3}, true},
		"timed out": {simulator.Fault{Kind: simulator.FaultBulkTimeout, After: 3}, true},
		"expired":   {simulator.Fault{Kind: simulator.FaultBulkExpired}, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.fault(t, c.fault)
			_, err := b.finished(t, submission(contract.Orders, 1))
			require.Error(t, err)
			operation := must(t, b.SubmitOperation, submission(contract.Orders, 1))

			in := archiving(contract.OperationResult{Operation: operation})
			in.ObjectKey, in.Partial = contract.ArchiveKey(runID, "orders.0001.partial.1"), true
			archive := must(t, b.ArchiveResult, in)
			require.Equal(t, c.kept, archive.Lines > 0)
			_, err = b.bucket.Head(t.Context(), in.ObjectKey)
			require.Equal(t, c.kept, err == nil, "%v", err)

			downloads := b.shop.Calls()["download"]
			require.Equal(t, archive, must(t, b.ArchiveResult, in))
			require.Equal(t, downloads, b.shop.Calls()["download"])

			in.Partial = false
			_, _, err = attempt(t, b.ArchiveResult, in, nil)
			require.True(t, fault.Is(err, fault.BulkLost), "a failed operation has no result: %v", err)
		})
	}
}
