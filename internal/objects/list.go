package objects

import (
	"context"
	"iter"
	"mime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// List goes through the objects whose keys begin with prefix, in the order of their keys, page by page. It ends at the
// first error.
func (b *Bucket) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		pages := s3.NewListObjectsV2Paginator(b.client.api, &s3.ListObjectsV2Input{Bucket: aws.String(b.name), Prefix: optional(prefix)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Info{}, classify(err, "list %s/%s", b.name, prefix))
				return
			}
			for _, object := range page.Contents {
				info := Info{
					Key: aws.ToString(object.Key), Size: aws.ToInt64(object.Size),
					ETag: aws.ToString(object.ETag), LastModified: aws.ToTime(object.LastModified),
				}
				if !yield(info, nil) {
					return
				}
			}
		}
	}
}

// Presign makes a link by which anyone may read the object until the link's lifetime ends (at most seven days). A name
// makes the browser save the object under it. The link is a secret: it is shown to its user and logged nowhere.
func (b *Bucket) Presign(ctx context.Context, key, name string, lifetime time.Duration) (string, error) {
	in := &s3.GetObjectInput{Bucket: aws.String(b.name), Key: aws.String(key)}
	if name != "" {
		in.ResponseContentDisposition = aws.String(mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
	signed, err := b.client.presign.PresignGetObject(ctx, in, s3.WithPresignExpires(lifetime))
	if err != nil {
		return "", classify(err, "sign a link to %s/%s", b.name, key)
	}
	return signed.URL, nil
}
