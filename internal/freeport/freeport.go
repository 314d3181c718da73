// Package freeport finds ports for servers of a stack that are started a little later. The local stack and the tests'
// own stacks use it; nothing else does.
package freeport

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// The ports that are given lie below those from which systems take a port for an outgoing connection (32768 and above on
// Linux, 49152 elsewhere): between the finding and the listening none is taken by a connection that happens to begin.
const lowest, end = 10000, 32768

const tries = 1000

// Find names n ports of 127.0.0.1 that nothing listens on right now, all different.
func Find(n int) ([]int, error) {
	ports := make([]int, 0, n)
	for range tries {
		if len(ports) == n {
			break
		}
		port := lowest + rand.IntN(end-lowest)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue // taken
		}
		// Held until all are found, so that none is given twice.
		defer func() { _ = l.Close() }()
		ports = append(ports, port)
	}
	if len(ports) < n {
		return nil, fmt.Errorf("no %d ports of 127.0.0.1 are free between %d and %d", n, lowest, end-1)
	}
	return ports, nil
}
