// Package catalog runs an Iceberg REST catalog: a thin server over iceberg-go's SQL catalog on one SQLite file, with the
// tables' files in S3. Development and tests thereby take the same path as production, and other engines can read the
// local tables. Each warehouse is a catalog of its own, made when it is first asked for.
package catalog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/apache/iceberg-go"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	_ "github.com/apache/iceberg-go/io/gocloud" // s3:// locations
	_ "modernc.org/sqlite"                      // the database/sql driver "sqlite"

	"bluntcases.com/platform/devstack/part"
)

// Warehouse is the one that the platform uses, and the bucket that holds the files of all of them.
const Warehouse = "lake"

// Start runs the catalog until it is stopped. s3 is how the files are reached: the variables of internal/config.
func Start(ctx context.Context, base part.Base, s3 map[string]string) (*part.Part, error) {
	release, err := part.Lock(base.Dir)
	if err != nil {
		return nil, err
	}
	if err := ensureBucket(ctx, s3); err != nil {
		release()
		return nil, fmt.Errorf("start the Iceberg catalog: create its bucket at %s: %w", s3["S3_ENDPOINT"], err)
	}
	db, err := open(filepath.Join(base.Dir, "catalog.db"))
	if err != nil {
		release()
		return nil, fmt.Errorf("start the Iceberg catalog: open its database: %w", err)
	}
	env := map[string]string{"ICEBERG_URI": "http://" + base.Address(), "ICEBERG_WAREHOUSE": Warehouse}
	return part.Serve(base, New(db, "s3://"+Warehouse, storage(s3)), env, release, db)
}

// open opens the SQLite file for one writer at a time, each commit on the disk.
func open(file string) (*sql.DB, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// storage is the settings that the catalog uses for files and hands to its clients.
func storage(s3 map[string]string) iceberg.Properties {
	return iceberg.Properties{
		"s3.endpoint": s3["S3_ENDPOINT"], "s3.region": s3["S3_REGION"],
		"s3.access-key-id": s3["S3_ACCESS_KEY_ID"], "s3.secret-access-key": s3["S3_SECRET_ACCESS_KEY"],
		"s3.path-style-access": "true",
	}
}

func ensureBucket(ctx context.Context, s3 map[string]string) error {
	api := awss3.New(awss3.Options{
		Region: s3["S3_REGION"], BaseEndpoint: aws.String(s3["S3_ENDPOINT"]), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(s3["S3_ACCESS_KEY_ID"], s3["S3_SECRET_ACCESS_KEY"], ""),
	})
	var exists *types.BucketAlreadyExists
	var ours *types.BucketAlreadyOwnedByYou
	_, err := api.CreateBucket(ctx, &awss3.CreateBucketInput{Bucket: aws.String(Warehouse)})
	if errors.As(err, &exists) || errors.As(err, &ours) {
		return nil
	}
	return err
}
