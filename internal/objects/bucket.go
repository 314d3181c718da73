package objects

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"bluntcases.com/platform/internal/fault"
)

// Rule says how long the objects below a prefix are kept.
type Rule struct {
	ID     string
	Prefix string
	Days   int32
}

// Ensure creates the bucket where it is missing and tells whether it did.
func (b *Bucket) Ensure(ctx context.Context) (created bool, err error) {
	_, err = b.client.api.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(b.name)})
	var named smithy.APIError
	if errors.As(err, &named) && (named.ErrorCode() == "BucketAlreadyOwnedByYou" || named.ErrorCode() == "BucketAlreadyExists") {
		// The second code also names a stranger's bucket: reach ours before believing it.
		return false, b.Reach(ctx)
	}
	if err != nil {
		return false, classify(err, "create bucket %s", b.name)
	}
	return true, nil
}

// Reach tells whether the bucket is there and may be used.
func (b *Bucket) Reach(ctx context.Context) error {
	_, err := b.client.api.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String(b.name)})
	return classify(err, "reach bucket %s", b.name)
}

// Expire replaces the bucket's lifecycle with the rules, and ends unfinished uploads after a week. A server without
// lifecycles answers fault.Unsupported.
func (b *Bucket) Expire(ctx context.Context, rules ...Rule) error {
	lifecycle := []types.LifecycleRule{{
		ID:                             aws.String("abort-unfinished-uploads"),
		Status:                         types.ExpirationStatusEnabled,
		Filter:                         &types.LifecycleRuleFilter{Prefix: aws.String("")},
		AbortIncompleteMultipartUpload: &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(7)},
	}}
	for _, rule := range rules {
		lifecycle = append(lifecycle, types.LifecycleRule{
			ID:         aws.String(rule.ID),
			Status:     types.ExpirationStatusEnabled,
			Filter:     &types.LifecycleRuleFilter{Prefix: aws.String(rule.Prefix)},
			Expiration: &types.LifecycleExpiration{Days: aws.Int32(rule.Days)},
		})
	}
	_, err := b.client.api.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{
		Bucket: aws.String(b.name), LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: lifecycle},
	})
	var named smithy.APIError
	if errors.As(err, &named) && named.ErrorCode() == "NotImplemented" {
		return fault.New(fault.Unsupported, "the server of bucket %s keeps no lifecycles", b.name)
	}
	return classify(err, "set the lifecycle of bucket %s", b.name)
}
