// Package shopify runs the Shopify simulator as a part of the local stack.
package shopify

import (
	"fmt"
	"path/filepath"

	"bluntcases.com/platform/devstack/part"
	simulator "bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

// The app as which the platform is installed in the simulated shop.
const (
	token  = "shpat_simulator"
	client = "simulator-client"
	secret = "simulator-secret"
)

// restoreRate is ten times that of Shopify's largest plan, so that a demonstration does not wait for points.
const restoreRate = 20_000

// Store is which orders the shop has. The zero value is the store that the directory holds already.
type Store struct {
	Size string // of the generated shop: small, medium or large
	File string // real orders, a gzipped CSV, in place of the generated shop
}

func (s Store) recipe() (*store.Recipe, error) {
	switch {
	case s.File != "":
		path, err := filepath.Abs(s.File)
		if err != nil {
			return nil, err
		}
		return &store.Recipe{Kind: store.KindCSV, Path: path, Shift: true}, nil
	case s.Size != "":
		return &store.Recipe{Kind: store.KindGenerated, Size: s.Size}, nil
	default:
		return nil, nil
	}
}

// Start runs the simulator until it is stopped. The webhooks URL is where it delivers.
func Start(base part.Base, orders Store, webhooks string) (*part.Part, error) {
	release, err := part.Lock(base.Dir)
	if err != nil {
		return nil, err
	}
	recipe, err := orders.recipe()
	if err != nil {
		release()
		return nil, err
	}
	server, err := simulator.New(simulator.Config{
		Dir: base.Dir, Store: recipe, Tokens: []string{token}, ClientID: client, ClientSecret: secret,
		RestoreRate: restoreRate, WebhookURL: webhooks, Log: base.Log,
	})
	if err != nil {
		release()
		return nil, fmt.Errorf("start the Shopify simulator: %w", err)
	}
	return part.Serve(base, server, map[string]string{
		"SHOPIFY_SHOP": store.DefaultDomain, "SHOPIFY_URL": "http://" + base.Address(),
		"SHOPIFY_ACCESS_TOKEN": token, "SHOPIFY_CLIENT_ID": client, "SHOPIFY_CLIENT_SECRET": secret,
		"SHOPIFY_WEBHOOK_SECRETS": secret,
	}, release, server)
}
