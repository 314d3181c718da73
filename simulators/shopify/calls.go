package shopify

import (
	"maps"
	"sync"
)

// calls counts requests.
type calls struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *calls) count(name string) {
	c.mu.Lock()
	c.counts[name]++
	c.mu.Unlock()
}

func (c *calls) all() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.counts)
}
