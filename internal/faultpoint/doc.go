// Package faultpoint marks the moments at which a process may die in the worst way: between a commit and the heartbeat
// that tells of it, between a publish and its acknowledgement, before and after each step. In a build with the tag e2e
// a test lets the process kill itself there, and sets its clock wrong; in any other build a mark is nothing, and the
// clock is the machine's.
package faultpoint
