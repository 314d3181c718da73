package fault_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
)

func TestTheReferenceIsCurrent(t *testing.T) {
	written, err := os.ReadFile("../../docs/reference/faults.md")
	require.NoError(t, err)
	var now bytes.Buffer
	require.NoError(t, fault.Markdown(&now))
	require.Equal(t, now.String(), string(written), "run go generate ./internal/fault")
}
