package stack

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bluntcases.com/platform/devstack/part"
	"bluntcases.com/platform/internal/freeport"
)

// Ports gives each listener of the stack its port. A part may have several.
type Ports map[string]int

// DefaultPorts are where everything is unless told otherwise.
func DefaultPorts() Ports {
	return Ports{
		"postgres": 5433, "temporal": 7233, "temporal-ui": 8233, "s3": 9000, "catalog": 8181, "nats": 4222,
		"shopify": 9101, "access": 8080,
		// Where the platform's own processes listen: the simulators call them.
		"dashboard": 8090, "ingest": 8082,
	}
}

// FreePorts gives every listener a port that nothing listens on.
func FreePorts() (Ports, error) {
	names := slices.Sorted(maps.Keys(DefaultPorts()))
	free, err := freeport.Find(len(names))
	if err != nil {
		return nil, err
	}
	ports := make(Ports, len(names))
	for i, name := range names {
		ports[name] = free[i]
	}
	return ports, nil
}

// With changes some ports and refuses names that the stack does not have.
func (p Ports) With(changes map[string]int) (Ports, error) {
	changed := maps.Clone(p)
	for name, port := range changes {
		if _, ok := p[name]; !ok {
			return nil, fmt.Errorf("--ports %s: there is no such listener, only %s", name, strings.Join(slices.Sorted(maps.Keys(p)), ", "))
		}
		if port < 1 || port > 65535 {
			return nil, fmt.Errorf("--ports %s=%d: is no port", name, port)
		}
		changed[name] = port
	}
	return changed, nil
}

// Check names every port among those that is held by another program.
func (p Ports) Check(names ...string) error {
	var taken []error
	for _, name := range names {
		if err := part.CheckPort(name, p[name]); err != nil {
			taken = append(taken, err)
		}
	}
	return errors.Join(taken...)
}
