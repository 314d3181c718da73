// Package measurement holds the activities of the measurement refresh: it asks PostgreSQL for the shop's time zone, the
// classification and the staff's overrides, has internal/measurement bring the tables up to date, and compares the sales
// with PostgreSQL's orders. The worker of the measurement queue runs it.
package measurement
