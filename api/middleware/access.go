package middleware

import (
	"context"

	"github.com/gin-gonic/gin"

	"bluntcases.com/platform/api/problem"
	"bluntcases.com/platform/internal/access"
)

type principalKey struct{}

// Access lets through who carries a valid token of Cloudflare Access, and nobody else.
func Access(verifier *access.Verifier) gin.HandlerFunc {
	return func(c *gin.Context) {
		principal, err := verifier.Verify(c.Request.Context(), c.GetHeader(access.Header))
		if err != nil {
			problem.Write(c, err)
			return
		}
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), principalKey{}, principal))
	}
}

// PrincipalOf is who is asking. It is false on routes that Access does not stand in front of.
func PrincipalOf(ctx context.Context) (access.Principal, bool) {
	principal, ok := ctx.Value(principalKey{}).(access.Principal)
	return principal, ok
}
