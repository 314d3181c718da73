package access

import (
	"net/url"
	"time"
)

// Config says who may pass, and to where. Everything has a default except Dir.
type Config struct {
	// Dir keeps the signing keys, so that tokens outlive a restart.
	Dir string
	// Team is the team's URL, the issuer of tokens ("http://localhost:8080"
	// locally, https://<team>.cloudflareaccess.com in production). "" is the
	// address by which the simulator is called.
	Team string
	// Audience is the application's audience tag.
	Audience string
	// Upstream is the dashboard. nil answers 502.
	Upstream *url.URL
	// Staff are the e-mail addresses that the login page offers; others can be typed in.
	Staff []string
	// ServiceTokens are the client ids and secrets of machines.
	ServiceTokens map[string]string
	// SessionFor is how long a login and its tokens live.
	SessionFor time.Duration
	// KeepOldKey is how long a key stays published after a rotation.
	KeepOldKey time.Duration
	Clock      func() time.Time
}

func (c Config) complete() Config {
	if c.Audience == "" {
		c.Audience = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2"
	}
	if c.Staff == nil {
		c.Staff = []string{"robin@bluntcases.com", "mara@bluntcases.com", "support@bluntcases.com"}
	}
	if c.ServiceTokens == nil {
		c.ServiceTokens = map[string]string{"simulator.access": "simulator-secret"}
	}
	if c.SessionFor == 0 {
		c.SessionFor = 24 * time.Hour
	}
	if c.KeepOldKey == 0 {
		c.KeepOldKey = 7 * 24 * time.Hour
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}
