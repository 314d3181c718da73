package main

import (
	_ "github.com/apache/iceberg-go/catalog/sql"
	_ "github.com/nats-io/nats-server/v2/server"
	_ "github.com/temporalio/ui-server/v2/server"
	_ "github.com/versity/versitygw/backend/posix"
	_ "github.com/versity/versitygw/embedgw"
	_ "github.com/alecthomas/kong"
	_ "github.com/apache/iceberg-go/catalog/rest"
	_ "github.com/apache/iceberg-go/io/gocloud"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/nats-io/nats.go/jetstream"
	_ "github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/aws/aws-sdk-go-v2/credentials"
	_ "github.com/schollz/progressbar/v3"
	_ "github.com/klauspost/compress/zstd"
	_ "go.temporal.io/sdk/client"
	_ "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	_ "go.temporal.io/server/schema/sqlite"
	_ "go.temporal.io/server/temporal"
	_ "modernc.org/sqlite"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/sys/unix"
	_ "github.com/apache/iceberg-go/catalog/catalogtest"
	_ "github.com/stretchr/testify/require"
)

func main() {}
