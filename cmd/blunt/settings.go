package main

import "bluntcases.com/platform/internal/config"

type settingsCommand struct{}

func (settingsCommand) Run(s *session) error { return config.Document(s.out, config.Operator{}) }
