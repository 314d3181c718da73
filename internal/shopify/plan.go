package shopify

import "sync"

const (
	maxIDs      = 250    // Shopify's limit on an array argument
	maxCost     = 1000.0 // points that one query may cost
	costMargin  = 0.9    // of them that a query is planned to cost
	firstIDs    = 5      // of a query whose cost is not known yet
	shortestTop = 10     // rows of each node's connection that are read with the node
	firstTop    = 25
	calmAfter   = 1000 // nodes without a further page, after which fewer rows are read with each
)

// plan is how many nodes a detail query reads at once, and how many rows of each. Both follow what Shopify answers:
// the first from the cost, the second from how often a node had more rows and had to be asked for again alone.
type plan struct {
	mu   sync.Mutex
	ids  int
	top  int
	cost float64 // of one node with top rows
	calm int     // nodes in a row that had no more rows
}

func (p *plan) read() (ids, top int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ids, p.top
}

// learn takes the cost of a query of so many nodes with top rows each, of which some had more.
func (p *plan) learn(nodes, more, top int, spent cost) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if top != p.top || nodes == 0 {
		return // an answer to what was asked before the plan changed
	}
	if spent.Requested > 0 {
		p.cost = spent.Requested / float64(nodes)
	}
	switch {
	case more*10 > nodes && p.top < pageSize:
		p.scale(min(p.top*2, pageSize))
	case more == 0 && p.top > shortestTop:
		if p.calm += nodes; p.calm > calmAfter {
			p.scale(max(p.top/2, shortestTop))
		}
	case more > 0:
		p.calm = 0
	}
	if p.cost > 0 {
		p.ids = max(1, min(maxIDs, int(maxCost*costMargin/p.cost)))
	}
}

// scale changes the rows that are read with a node; the cost of a node is guessed to follow in proportion.
func (p *plan) scale(top int) {
	p.cost *= float64(top) / float64(p.top)
	p.top, p.calm = top, 0
}

// tooCostly halves the plan after a refusal. It tells whether there is anything left to halve.
func (p *plan) tooCostly(asked int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if asked > 1 {
		p.ids = max(1, asked/2)
		p.cost = 0
		return true
	}
	if p.top > shortestTop {
		p.top = max(shortestTop, p.top/2)
		return true
	}
	return false
}
