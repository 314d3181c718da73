package objects

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"bluntcases.com/platform/internal/fault"
)

// classify turns an error of the SDK into a fault that says what was being done. The SDK's own text is left out where
// it could carry an address with a signature; its code and request id stay.
func classify(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf(format+": %w", append(args, err)...)
	}
	code, cause := fault.Unavailable, errors.New("the object store did not answer")
	var answer *awshttp.ResponseError
	var named smithy.APIError
	switch {
	case errors.As(err, &answer) && answer.HTTPStatusCode() == 0: // no connection
	case errors.As(err, &named) && errors.As(err, &answer):
		code = codeOf(answer.HTTPStatusCode())
		cause = fmt.Errorf("%s (HTTP %d, request %s)", named.ErrorCode(), answer.HTTPStatusCode(), answer.ServiceRequestID())
	case errors.As(err, &answer):
		code = codeOf(answer.HTTPStatusCode())
		cause = fmt.Errorf("HTTP %d, request %s", answer.HTTPStatusCode(), answer.ServiceRequestID())
	}
	return fault.Wrap(code, cause, format, args...)
}

func codeOf(status int) fault.Code {
	switch {
	case status == http.StatusNotFound:
		return fault.NotFound
	case status == http.StatusConflict || status == http.StatusPreconditionFailed:
		return fault.Conflict
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return fault.Forbidden
	case status == http.StatusRequestEntityTooLarge:
		return fault.TooLarge
	case status == http.StatusNotImplemented:
		return fault.Unsupported
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return fault.Unavailable
	case status == http.StatusRequestTimeout:
		return fault.Timeout
	default:
		return fault.InvalidInput
	}
}
