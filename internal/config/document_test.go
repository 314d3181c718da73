package config_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/config"
)

func TestEverySettingIsDocumented(t *testing.T) {
	all := config.All()
	require.NotEmpty(t, all)
	for _, setting := range all {
		require.NotEmpty(t, setting.Meaning, setting.Name)
		require.NotEmpty(t, setting.Processes, setting.Name)
	}
}

// A variable that two processes read means the same to both, and has one default.
func TestAVariableMeansTheSameEverywhere(t *testing.T) {
	seen := map[string]config.Setting{}
	for _, process := range []any{config.Ingest{}, config.Dashboard{}, config.Operator{}} {
		for _, setting := range config.Settings(process) {
			if first, known := seen[setting.Name]; known {
				require.Equal(t, first, setting)
			}
			seen[setting.Name] = setting
		}
	}
}

func TestTheReferenceIsCurrent(t *testing.T) {
	written, err := os.ReadFile("../../docs/reference/configuration.md")
	require.NoError(t, err)
	var now bytes.Buffer
	require.NoError(t, config.Markdown(&now))
	require.Equal(t, now.String(), string(written), "run go generate ./internal/config")
}
