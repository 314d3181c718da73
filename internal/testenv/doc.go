// Package testenv gives tests the real services: PostgreSQL, Temporal, S3, JetStream, the Iceberg catalog and the
// simulators. Each test gets a piece of its own (a database, a namespace, buckets, a server, a warehouse), so that tests
// run side by side. Only tests import it.
//
// The services are those that the environment names (DATABASE_URL, TEMPORAL_ADDRESS, …; `./task test` sets them), or
// else a stack that is started by .local/bin/devstack, shared by all test processes of this checkout, and gone half a
// minute after the last of them. Where there is neither, a test is skipped, or fails with BLUNT_STACK=required. BLUNT_STACK=none skips
// all that need one.
package testenv
