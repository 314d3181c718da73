package objects

import (
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"bluntcases.com/platform/internal/config"
)

const (
	// partSize times S3's limit of 10,000 parts bounds an object at 160 GB.
	partSize = 16 << 20
	// uploadParts is how many parts of one upload are in flight: with the part size it bounds an upload's memory.
	uploadParts = 2
)

// Client speaks to one S3 endpoint with one pair of keys. It is safe for concurrent use.
type Client struct {
	api      *s3.Client
	transfer *transfermanager.Client
	presign  *s3.PresignClient
}

// New makes a client. It connects to nothing.
func New(cfg config.Objects) *Client {
	options := s3.Options{
		Region:       cfg.Region,
		Credentials:  credentials.NewStaticCredentialsProvider(cfg.AccessKeyID, cfg.SecretKey, ""),
		UsePathStyle: true, // understood by R2, by MinIO-like servers, and by AWS
		// R2 does not know every checksum that newer SDKs add on their own.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = 5, 2*time.Second // an activity's own retries take over from there
		}),
		HTTPClient: &http.Client{Transport: transport()},
	}
	if cfg.Endpoint != "" {
		options.BaseEndpoint = aws.String(cfg.Endpoint)
	}
	api := s3.New(options)
	return &Client{
		api:     api,
		presign: s3.NewPresignClient(api),
		transfer: transfermanager.New(api, func(o *transfermanager.Options) {
			o.PartSizeBytes = partSize
			o.MultipartUploadThreshold = partSize
			o.Concurrency = uploadParts
			o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
			o.FailTimeout = 10 * time.Second // an aborted upload is cleaned up even when its context has ended
		}),
	}
}

// transport bounds what the default one leaves open. There is no overall timeout: a download lasts as long as its
// context allows.
func transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConns:          64,
		MaxIdleConnsPerHost:   64,
		ForceAttemptHTTP2:     true,
	}
}

// Bucket names a bucket. It connects to nothing.
func (c *Client) Bucket(name string) *Bucket { return &Bucket{client: c, name: name} }

// Bucket is where objects are put and found. It is safe for concurrent use.
type Bucket struct {
	client *Client
	name   string
}

// Name is the bucket's name.
func (b *Bucket) Name() string { return b.name }
