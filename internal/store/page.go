package store

import "time"

// Cursor is the place in a list that is sorted by a time, newest first, and then by id: the last row of the page before.
type Cursor struct {
	TS time.Time `json:"ts"`
	ID string    `json:"id"`
}

// Newest is the cursor of a first page: later than every row.
func Newest() Cursor {
	return Cursor{TS: time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)}
}

// IsZero tells whether the cursor was never set.
func (c Cursor) IsZero() bool { return c.TS.IsZero() && c.ID == "" }
