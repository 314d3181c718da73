// Package s3 runs an S3 gateway in the process over a directory: a bucket is a directory in it, an object a file.
package s3

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"golang.org/x/sys/unix"

	"bluntcases.com/platform/devstack/part"
)

// The credentials and region of the local gateway. They guard nothing: it listens on the loopback interface only.
const (
	AccessKey = "blunt"
	SecretKey = "blunt-local-secret"
	Region    = "auto"
)

const health = "/-health"

// Env is what a client of a gateway on that port needs.
func Env(port int) map[string]string {
	return map[string]string{
		"S3_ENDPOINT": "http://" + part.Address(port), "S3_REGION": Region,
		"S3_ACCESS_KEY_ID": AccessKey, "S3_SECRET_ACCESS_KEY": SecretKey,
	}
}

// Start runs the gateway until it is stopped. One gateway runs in a process at a time.
func Start(ctx context.Context, base part.Base) (*part.Part, error) {
	release, err := part.Lock(base.Dir)
	if err != nil {
		return nil, err
	}
	backend, err := open(base.Dir)
	if err != nil {
		release()
		return nil, fmt.Errorf("open the S3 directory: %w", err)
	}
	// The gateway outlives the context that it was started in: it ends by Stop.
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	var failure error
	go func() {
		defer close(ended)
		defer release()
		failure = embedgw.RunVersityGW(serving, backend, &embedgw.Config{
			RootUserAccess: AccessKey, RootUserSecret: SecretKey, Region: Region,
			Ports: []string{base.Address()}, HealthPath: health,
			MaxConnections: 4096, MaxRequests: 2048, MultipartMaxParts: 10000,
			Quiet: true, KeepAlive: true, DisableACLs: true,
			IAMService: auth.NewIAMServiceSingle(auth.Account{Access: AccessKey, Secret: SecretKey, Role: auth.RoleAdmin}),
		})
		if failure != nil {
			base.Log.Error("the S3 gateway ended", "error", failure)
		}
	}()
	stop := func(ctx context.Context) error {
		cancel()
		select {
		case <-ended:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("stop the S3 gateway: %w", ctx.Err())
		}
	}
	err = part.Await(ctx, "the S3 gateway", 20*time.Second, ended, func(ctx context.Context) error {
		return get(ctx, "http://"+base.Address()+health)
	})
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", err, stop(context.WithoutCancel(ctx)))
	}
	return &part.Part{Name: base.Name, Ended: ended, Env: Env(base.Port), Stop: stop}, nil
}

// open makes the backend over buckets/; an object's metadata is in extended attributes, or beside it where the file
// system has none.
func open(dir string) (*posix.Posix, error) {
	buckets := filepath.Join(dir, "buckets")
	if err := os.MkdirAll(buckets, 0o755); err != nil {
		return nil, err
	}
	options := posix.PosixOpts{CopyObjectThreshold: 5 << 30}
	if err := unix.Setxattr(buckets, "user.blunt", []byte("1"), 0); err == nil {
		return posix.New(buckets, meta.XattrMeta{}, options)
	}
	options.SideCarDir = filepath.Join(dir, "attributes")
	if err := os.MkdirAll(options.SideCarDir, 0o755); err != nil {
		return nil, err
	}
	sidecar, err := meta.NewSideCar(options.SideCarDir)
	if err != nil {
		return nil, err
	}
	return posix.New(buckets, sidecar, options)
}

func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}
