package dashboard_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/api/dashboard"
)

// committed is what the dashboard's client is generated from; `./task generate` writes it.
const committed = "../../docs/reference/openapi/dashboard.json"

func TestTheCommittedDocumentIsTheOneThatIsServed(t *testing.T) {
	document, err := dashboard.Document()
	require.NoError(t, err)
	again, err := dashboard.Document()
	require.NoError(t, err)
	require.Equal(t, string(document), string(again), "the document depends on more than the routes")

	file, err := os.ReadFile(committed)
	require.NoError(t, err)
	require.Equal(t, string(file), string(document), "run ./task generate")
}
