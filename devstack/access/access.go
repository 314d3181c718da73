// Package access runs the simulator of Cloudflare Access as a part of the local stack, in front of the dashboard.
package access

import (
	"fmt"
	"net/url"

	"bluntcases.com/platform/devstack/part"
	simulator "bluntcases.com/platform/simulators/access"
)

// Start runs the simulator until it is stopped; the dashboard listens at the address.
func Start(base part.Base, dashboard string) (*part.Part, error) {
	release, err := part.Lock(base.Dir)
	if err != nil {
		return nil, err
	}
	team := fmt.Sprintf("http://localhost:%d", base.Port)
	server, err := simulator.New(simulator.Config{
		Dir: base.Dir, Team: team, Upstream: &url.URL{Scheme: "http", Host: dashboard},
	})
	if err != nil {
		release()
		return nil, fmt.Errorf("start the Access simulator: %w", err)
	}
	return part.Serve(base, server, map[string]string{
		"ACCESS_URL": team, "CF_ACCESS_TEAM_URL": team, "CF_ACCESS_AUD": server.Audience(),
	}, release)
}
