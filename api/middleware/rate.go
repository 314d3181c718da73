package middleware

import (
	"container/list"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"bluntcases.com/platform/api/problem"
	"bluntcases.com/platform/internal/fault"
)

// callersKept bounds how many callers' rates are remembered; the one that was quiet for longest is forgotten first.
const callersKept = 10_000

// Rate lets each principal make so many requests a second, and burst at once. It counts in this process only: it keeps
// a script that runs wild from the others' way and is no quota.
func Rate(perSecond float64, burst int) gin.HandlerFunc {
	callers := &callers{limit: rate.Limit(perSecond), burst: burst, known: map[string]*list.Element{}, order: list.New()}
	return func(c *gin.Context) {
		name := c.ClientIP()
		if principal, ok := PrincipalOf(c.Request.Context()); ok {
			name = principal.Subject
		}
		reservation := callers.of(name).Reserve()
		if wait := reservation.Delay(); wait > 0 {
			reservation.Cancel()
			problem.Write(c, fault.New(fault.RateLimited, "more than %g requests a second", perSecond).After(max(wait, time.Second)))
		}
	}
}

type callers struct {
	limit rate.Limit
	burst int

	mu    sync.Mutex
	known map[string]*list.Element
	order *list.List // of *caller, the latest first
}

type caller struct {
	name    string
	limiter *rate.Limiter
}

func (cs *callers) of(name string) *rate.Limiter {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if known, ok := cs.known[name]; ok {
		cs.order.MoveToFront(known)
		return known.Value.(*caller).limiter
	}
	fresh := &caller{name: name, limiter: rate.NewLimiter(cs.limit, cs.burst)}
	cs.known[name] = cs.order.PushFront(fresh)
	if cs.order.Len() > callersKept {
		oldest := cs.order.Back()
		delete(cs.known, cs.order.Remove(oldest).(*caller).name)
	}
	return fresh.limiter
}
