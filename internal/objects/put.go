package objects

import (
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// PutOptions describe an object that is written.
type PutOptions struct {
	ContentType     string
	ContentEncoding string
	CacheControl    string
	// Metadata travels with the object: lower-case names, ASCII values, 2 KB in all.
	Metadata map[string]string
	// IfAbsent refuses to replace an object that is already there: fault.Conflict.
	IfAbsent bool
}

// Put streams body into the object, in parts where it is large; memory does not depend on its size. The object
// appears whole or not at all.
func (b *Bucket) Put(ctx context.Context, key string, body io.Reader, options PutOptions) (Info, error) {
	counted := &counter{reader: body}
	in := &transfermanager.UploadObjectInput{
		Bucket:          aws.String(b.name),
		Key:             aws.String(key),
		Body:            counted,
		Metadata:        options.Metadata,
		ContentType:     optional(options.ContentType),
		ContentEncoding: optional(options.ContentEncoding),
		CacheControl:    optional(options.CacheControl),
	}
	if options.IfAbsent {
		in.IfNoneMatch = aws.String("*")
	}
	out, err := b.client.transfer.UploadObject(ctx, in)
	if counted.failed != nil {
		return Info{}, counted.failed // the source's own error says more than that of the upload that it broke
	}
	if err != nil {
		return Info{}, classify(err, "put %s/%s", b.name, key)
	}
	return Info{Key: key, Size: counted.n, ETag: aws.ToString(out.ETag), Metadata: options.Metadata, ContentType: options.ContentType}, nil
}

// Delete removes the object; one that is not there is no error.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	_, err := b.client.api.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(b.name), Key: aws.String(key)})
	return classify(err, "delete %s/%s", b.name, key)
}

// counter counts what is read and remembers why reading ended.
type counter struct {
	reader io.Reader
	n      int64
	failed error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.reader.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.failed = err
	}
	return n, err
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
