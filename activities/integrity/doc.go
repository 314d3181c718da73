// Package integrity holds the activity of the integrity audit: it walks the references of the domain schema and files
// what it found as an artifact of kind report. The search itself is internal/integrity's.
package integrity
