package store

import (
	"time"
)

// Instant is a time in whole seconds since 1970, UTC; zero means "not yet".
// Shopify's DateTime has no finer resolution.
type Instant int64

// InstantOf cuts a time to seconds.
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.Unix())
}

// Time gives the instant as a UTC time.
func (i Instant) Time() time.Time { return time.Unix(int64(i), 0).UTC() }

// Append writes the instant as Shopify writes a DateTime.
func (i Instant) Append(b []byte) []byte { return i.Time().AppendFormat(b, time.RFC3339) }

func (i Instant) String() string { return string(i.Append(nil)) }

// After gives the instant d later.
func (i Instant) After(d time.Duration) Instant { return i + Instant(d/time.Second) }

// MarshalText writes RFC 3339.
func (i Instant) MarshalText() ([]byte, error) { return i.Append(nil), nil }

// UnmarshalText reads RFC 3339.
func (i *Instant) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return err
	}
	*i = InstantOf(t)
	return nil
}
