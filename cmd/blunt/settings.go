package main

import (
	"slices"

	"bluntcases.com/platform/internal/config"
)

type settingsCommand struct {
	Process string `help:"Only what this process reads: ingest, dashboard-api or blunt." enum:"ingest,dashboard-api,blunt," default:""`
}

func (settingsCommand) Help() string {
	return `Lists the environment variables of the platform's processes, with default and meaning. It reads none of them.

  blunt settings
  blunt settings --process ingest
  blunt settings --json`
}

func (c settingsCommand) Run(s *session) error {
	var shown []config.Setting
	for _, setting := range config.All() {
		if c.Process == "" || slices.Contains(setting.Processes, c.Process) {
			shown = append(shown, setting)
		}
	}
	if s.json {
		return s.print(shown, nil)
	}
	return config.Table(s.out, shown)
}
