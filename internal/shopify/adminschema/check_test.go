package adminschema_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckNamesEveryFault(t *testing.T) {
	schema := adminSchema(t)

	require.NoError(t, schema.Check(`query($id: ID!) { order(id: $id) { id name } }`))

	err := schema.Check(`query { orders(first: 1, colour: RED) { edges { node { id nmae } } } }`)
	require.ErrorContains(t, err, "nmae")
	require.ErrorContains(t, err, "colour")
	require.ErrorContains(t, schema.Check(`query { orders( `), "Expected")
}

func TestCheckBulkAcceptsWhatShopifyRuns(t *testing.T) {
	schema := adminSchema(t)
	for name, query := range map[string]string{
		"nested connection":     `{ orders { edges { node { id lineItems { edges { node { id } } } refunds { id } } } } }`,
		"connection by nodes":   `{ products { nodes { id variants { nodes { id } } } } }`,
		"fragment":              `query { products { edges { node { ...p } } } } fragment p on Product { id variants { edges { node { id } } } }`,
		"nested twice":          `{ products { edges { node { id variants { edges { node { id metafields { edges { node { id } } } } } } } } } }`,
		"child without an id":   `{ products { edges { node { id variants { edges { node { sku } } } } } } }`,
		"through a plain field": `{ shop { currencyCode } products { edges { node { id } } } }`,
	} {
		t.Run(name, func(t *testing.T) { require.NoError(t, schema.CheckBulk(query)) })
	}
}

func TestCheckBulkRefuses(t *testing.T) {
	schema := adminSchema(t)
	for name, c := range map[string]struct{ query, names string }{
		"no connection":            {`{ shop { name } }`, "at least one connection"},
		"too many connections":     {`{ a: products { edges { node { id } } } b: products { edges { node { id } } } c: products { edges { node { id } } } d: products { edges { node { id } } } e: products { edges { node { id } } } f: products { edges { node { id } } } }`, "6 connections"},
		"too deep":                 {`{ products { edges { node { id collections { edges { node { id products { edges { node { id variants { edges { node { id } } } } } } } } } } } } }`, "3 deep"},
		"connection in a list":     {`{ orders { edges { node { id refunds { id refundLineItems { edges { node { quantity } } } } } } } }`, "query.orders.refunds.refundLineItems: a connection inside a list"},
		"parent without id":        {`{ products { edges { node { title variants { edges { node { id } } } } } } }`, "select `id`"},
		"parent with an alias":     {`{ products { edges { node { gid: id variants { edges { node { id } } } } } } }`, "select `id`"},
		"top-level node":           {`{ node(id: "gid://shopify/Order/1") { id } products { edges { node { id } } } }`, "top-level node"},
		"top-level nodes":          {`{ nodes(ids: []) { id } products { edges { node { id } } } }`, "top-level nodes"},
		"variables":                {`query($q: String) { products(query: $q) { edges { node { id } } } }`, "variables"},
		"a mutation":               {`mutation { metafieldsSet(metafields: []) { userErrors { message } } }`, "exactly one query"},
		"a field that is not":      {`{ products { edges { node { id colour } } } }`, "colour"},
		"hidden in a fragment":     {`{ orders { edges { node { id ...r } } } } fragment r on Order { refunds { transactions { edges { node { id } } } } }`, "connection inside a list"},
		"through an inline object": {`{ orders { edges { node { id ... on Order { refunds { refundLineItems { nodes { quantity } } } } } } } }`, "connection inside a list"},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorContains(t, schema.CheckBulk(c.query), c.names) })
	}
}

func TestNeedsListsScopesOfTypesAndFields(t *testing.T) {
	schema := adminSchema(t)

	needs, err := schema.Needs(`{ products { edges { node { id resourcePublicationOnCurrentPublication { publishDate } } } } }`)
	require.NoError(t, err)

	at := map[string][]string{}
	for _, need := range needs {
		at[need.At] = need.AnyOf
		require.Equal(t, need.At != "Product.resourcePublicationOnCurrentPublication", need.Met([]string{"write_products"}), need.At)
	}
	require.Equal(t, []string{"read_products"}, at["Product"])
	require.Equal(t, []string{"read_product_listings"}, at["Product.resourcePublicationOnCurrentPublication"])
}
