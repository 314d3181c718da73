package main

import (
	"reflect"

	"bluntcases.com/platform/internal/mirror/row"
)

// table is a table of the mirror: its struct, what identifies a row in a merge (id unless said otherwise), and how its
// rows hang on the aggregate's root, which is what lets the rows be removed that a complete root no longer has.
type table struct {
	name  string
	row   any
	key   string // "" is id
	scope string // FROM … WHERE …, up to the root r; "" where rows are never removed
	only  string // a further condition on the rows that the mirror may change or remove
}

func (t table) typeName() string { return reflect.TypeOf(t.row).Name() }

// group is the tables that one transaction stages together; the first is the aggregate's root.
type group struct {
	name   string
	staged bool
	tables []table
}

// child hangs on the root by a column of its own, grandchild by its parent's.
func child(name string, v any, column string) table {
	return table{name: name, row: v, scope: "FROM stage_%s r\nWHERE t." + column + " = r.id"}
}

func grandchild(name string, v any, column, parent, parentColumn string) table {
	return table{name: name, row: v, scope: "FROM stage_%s r\nJOIN " + parent + " p ON p." + parentColumn + " = r.id\nWHERE t." + column + " = p.id"}
}

func viaFulfillment(name string, v any, column string) table {
	return table{name: name, row: v, scope: "FROM stage_%s r\nJOIN link_order_header_fulfillment l ON l.order_header_id = r.id\nWHERE t." + column + " = l.fulfillment_id"}
}

const collections = "FROM stage_%s r\nJOIN link_order_header_payment_collection l ON l.order_header_id = r.id\n"

func (t table) where(condition string) table { t.only = condition; return t }
func (t table) keyed(columns string) table   { t.key = columns; return t }

var groups = []group{
	{name: "order", staged: true, tables: []table{
		{name: "order_header", row: row.OrderHeader{}},
		child("order_address", row.OrderAddress{}, "order_header_id"),
		{name: "order_summary", row: row.OrderSummary{}},
		child("order_line_item", row.OrderLineItem{}, "order_header_id"),
		grandchild("order_line_item_tax_line", row.OrderLineItemTaxLine{}, "order_line_item_id", "order_line_item", "order_header_id"),
		grandchild("order_line_item_adjustment", row.OrderLineItemAdjustment{}, "order_line_item_id", "order_line_item", "order_header_id"),
		child("order_shipping_method", row.OrderShippingMethod{}, "order_header_id"),
		grandchild("order_shipping_method_tax_line", row.OrderShippingMethodTaxLine{}, "order_shipping_method_id", "order_shipping_method", "order_header_id"),
		grandchild("order_shipping_method_adjustment", row.OrderShippingMethodAdjustment{}, "order_shipping_method_id", "order_shipping_method", "order_header_id"),
		child("order_transaction", row.OrderTransaction{}, "order_header_id"),
		{name: "payment_collection", row: row.PaymentCollection{}, scope: collections + "WHERE t.id = l.payment_collection_id"},
		child("link_order_header_payment_collection", row.LinkOrderHeaderPaymentCollection{}, "order_header_id"),
		{name: "payment", row: row.Payment{}, scope: collections + "WHERE t.payment_collection_id = l.payment_collection_id"},
		{name: "payment_capture", row: row.PaymentCapture{}, scope: collections + "JOIN payment p ON p.payment_collection_id = l.payment_collection_id\nWHERE t.payment_id = p.id"},
		child("payment_refund", row.PaymentRefund{}, "order_header_id"),
		grandchild("payment_refund_item", row.PaymentRefundItem{}, "payment_refund_id", "payment_refund", "order_header_id"),
		viaFulfillment("fulfillment", row.Fulfillment{}, "id"),
		viaFulfillment("fulfillment_item", row.FulfillmentItem{}, "fulfillment_id"),
		viaFulfillment("fulfillment_label", row.FulfillmentLabel{}, "fulfillment_id"),
		child("link_order_header_fulfillment", row.LinkOrderHeaderFulfillment{}, "order_header_id"),
		child("return_header", row.ReturnHeader{}, "order_header_id"),
		grandchild("return_item", row.ReturnItem{}, "return_header_id", "return_header", "order_header_id"),
		child("order_change", row.OrderChange{}, "order_header_id").where("t.shopify_gid IS NOT NULL"),
		grandchild("order_change_action", row.OrderChangeAction{}, "order_change_id", "order_change", "order_header_id").where("p.shopify_gid IS NOT NULL"),
	}},
	{name: "product", staged: true, tables: []table{
		{name: "product", row: row.Product{}},
		child("product_variant", row.ProductVariant{}, "product_id"),
		child("product_option", row.ProductOption{}, "product_id"),
		grandchild("product_option_value", row.ProductOptionValue{}, "product_option_id", "product_option", "product_id"),
		grandchild("product_variant_option", row.ProductVariantOption{}, "product_variant_id", "product_variant", "product_id").keyed("product_variant_id, product_option_id"),
		child("product_image", row.ProductImage{}, "product_id").where("t.shopify_gid IS NOT NULL"),
		child("link_product_product_tag", row.LinkProductProductTag{}, "product_id").keyed("product_id, product_tag_id").where("t.link_source = 'shopify'"),
		child("link_product_product_collection", row.LinkProductProductCollection{}, "product_id").keyed("product_id, product_collection_id"),
		grandchild("link_product_variant_inventory_item", row.LinkProductVariantInventoryItem{}, "product_variant_id", "product_variant", "product_id").keyed("product_variant_id, inventory_item_id"),
	}},
	{name: "customer", staged: true, tables: []table{
		{name: "customer", row: row.Customer{}},
		child("customer_address", row.CustomerAddress{}, "customer_id"),
	}},
	// What several aggregates bring: written in a transaction of its own, before theirs.
	{name: "shared", staged: true, tables: []table{
		{name: "product_collection", row: row.ProductCollection{}},
		{name: "inventory_item", row: row.InventoryItem{}},
		{name: "fulfillment_provider", row: row.FulfillmentProvider{}},
		{name: "sales_channel", row: row.SalesChannel{}},
	}},
	{name: "shop", staged: true, tables: []table{
		{name: "store", row: row.Store{}},
		{name: "stock_location", row: row.StockLocation{}},
	}},
	{name: "runtime", tables: []table{{name: "runtime.telemetry_outbox", row: row.Outbox{}}}},
}
