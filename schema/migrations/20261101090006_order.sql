-- Module 06, Order (commerce core): 12 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE order_header (
  id                         TEXT        CONSTRAINT ord_pkey PRIMARY KEY CONSTRAINT ord_id_check CHECK (id LIKE 'ord\_%'),
  shopify_gid                TEXT        CONSTRAINT ord_shopify_gid_key UNIQUE,
  store_id                   TEXT        NOT NULL,
  shopify_legacy_id          BIGINT,
  order_number               BIGINT,
  order_name                 TEXT        NOT NULL,
  confirmation_number        TEXT,
  po_number                  TEXT,
  version                    INTEGER     NOT NULL DEFAULT 1,
  customer_id                TEXT,
  region_id                  TEXT,
  sales_channel_id           TEXT,
  cart_id                    TEXT,
  email                      TEXT,
  phone                      TEXT,
  customer_locale            TEXT,
  currency_code              TEXT        NOT NULL,
  presentment_currency_code  TEXT,
  financial_status           TEXT        NOT NULL DEFAULT 'pending'
    CONSTRAINT ord_financial_status_check CHECK (financial_status IN (
      'pending', 'authorized', 'partially_paid', 'partially_refunded', 'voided', 'paid', 'refunded', 'expired',
      'unknown')),
  fulfillment_status         TEXT        NOT NULL DEFAULT 'unfulfilled'
    CONSTRAINT ord_fulfillment_status_check CHECK (fulfillment_status IN (
      'unfulfilled', 'partially_fulfilled', 'fulfilled', 'restocked', 'pending_fulfillment', 'open', 'in_progress',
      'on_hold', 'scheduled', 'request_declined', 'unknown')),
  return_status              TEXT        NOT NULL DEFAULT 'no_return'
    CONSTRAINT ord_return_status_check CHECK (return_status IN (
      'in_progress', 'inspection_complete', 'no_return', 'returned', 'return_failed', 'return_requested', 'unknown')),
  cancel_reason              TEXT
    CONSTRAINT ord_cancel_reason_check CHECK (cancel_reason IN (
      'customer', 'declined', 'fraud', 'inventory', 'staff', 'other', 'unknown')),
  source_name                TEXT,
  source_reference           TEXT,
  discount_codes             TEXT[]      NOT NULL DEFAULT '{}',
  tag_values                 TEXT[]      NOT NULL DEFAULT '{}',
  payment_gateways           TEXT[]      NOT NULL DEFAULT '{}',
  note                       TEXT,
  custom_attributes          JSONB       NOT NULL DEFAULT '{}',
  customer_journey           JSONB,
  item_quantity              INTEGER     NOT NULL DEFAULT 0 CONSTRAINT ord_item_quantity_check CHECK (item_quantity >= 0),
  is_tax_included            BOOLEAN     NOT NULL DEFAULT false,
  is_tax_exempt              BOOLEAN     NOT NULL DEFAULT false,
  is_test                    BOOLEAN     NOT NULL DEFAULT false,
  is_edited                  BOOLEAN     NOT NULL DEFAULT false,
  is_notification_muted      BOOLEAN     NOT NULL DEFAULT false,
  subtotal_price             NUMERIC,
  raw_subtotal_price         JSONB,
  CONSTRAINT ord_subtotal_price_check CHECK ((subtotal_price IS NULL) = (raw_subtotal_price IS NULL)),
  total_discount             NUMERIC,
  raw_total_discount         JSONB,
  CONSTRAINT ord_total_discount_check CHECK ((total_discount IS NULL) = (raw_total_discount IS NULL)),
  total_shipping             NUMERIC,
  raw_total_shipping         JSONB,
  CONSTRAINT ord_total_shipping_check CHECK ((total_shipping IS NULL) = (raw_total_shipping IS NULL)),
  total_tax                  NUMERIC,
  raw_total_tax              JSONB,
  CONSTRAINT ord_total_tax_check CHECK ((total_tax IS NULL) = (raw_total_tax IS NULL)),
  total_duty                 NUMERIC,
  raw_total_duty             JSONB,
  CONSTRAINT ord_total_duty_check CHECK ((total_duty IS NULL) = (raw_total_duty IS NULL)),
  total_tip                  NUMERIC,
  raw_total_tip              JSONB,
  CONSTRAINT ord_total_tip_check CHECK ((total_tip IS NULL) = (raw_total_tip IS NULL)),
  total_price                NUMERIC     NOT NULL,
  raw_total_price            JSONB       NOT NULL,
  CONSTRAINT ord_total_price_check CHECK ((total_price IS NULL) = (raw_total_price IS NULL)),
  process_ts                 TIMESTAMPTZ NOT NULL,
  close_ts                   TIMESTAMPTZ,
  cancel_ts                  TIMESTAMPTZ,
  source_create_ts           TIMESTAMPTZ,
  source_update_ts           TIMESTAMPTZ,
  sync_ts                    TIMESTAMPTZ,
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT ord_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Completed', 'Draft', 'RequiresAction', 'Canceled', 'Archived', 'Unknown')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ord_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ord_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ
);

CREATE INDEX ord_process_ts_id_idx                 ON order_header (process_ts DESC, id);
CREATE INDEX ord_source_update_ts_id_idx           ON order_header (source_update_ts, id);
CREATE INDEX ord_customer_id_process_ts_idx        ON order_header (customer_id, process_ts DESC);
CREATE INDEX ord_order_name_idx                    ON order_header (order_name);
CREATE INDEX ord_order_number_idx                  ON order_header (order_number);
CREATE INDEX ord_shopify_legacy_id_idx             ON order_header (shopify_legacy_id);
CREATE INDEX ord_lower_email_idx                   ON order_header (lower(email));
CREATE INDEX ord_financial_status_process_ts_idx   ON order_header (financial_status, process_ts DESC);
CREATE INDEX ord_fulfillment_status_process_ts_idx ON order_header (fulfillment_status, process_ts DESC);
CREATE INDEX ord_sales_channel_id_process_ts_idx   ON order_header (sales_channel_id, process_ts DESC);
CREATE INDEX ord_discount_codes_gin                ON order_header USING gin (discount_codes);
CREATE INDEX ord_store_id_idx                      ON order_header (store_id);
CREATE INDEX ord_region_id_idx                     ON order_header (region_id);
CREATE INDEX ord_cart_id_idx                       ON order_header (cart_id);

COMMENT ON TABLE order_header IS
'Order; the old commercial_transaction_record / raw_shopify_orders.
module: 06 Order
mirror: Order
note: money here is as placed; current and paid/refunded totals are in order_summary. cart_id replaces Medusa''s
  order-cart link (1:1). Test orders stay, flagged; analytics exclude is_test.';
COMMENT ON COLUMN order_header.store_id                  IS 'ref: store.id';
COMMENT ON COLUMN order_header.shopify_legacy_id         IS 'Numeric id of Shopify''s REST era (legacyResourceId).';
COMMENT ON COLUMN order_header.order_number              IS 'Shopify''s number without prefix.';
COMMENT ON COLUMN order_header.order_name                IS 'What staff and customers read, such as #1001.';
COMMENT ON COLUMN order_header.confirmation_number       IS 'Random number on the confirmation, not sequential.';
COMMENT ON COLUMN order_header.po_number                 IS 'The buyer''s purchase order number.';
COMMENT ON COLUMN order_header.version                   IS 'Grows with each edit of a native order; mirrored orders keep 1.';
COMMENT ON COLUMN order_header.customer_id               IS 'ref: customer.id';
COMMENT ON COLUMN order_header.region_id                 IS 'ref: region.id';
COMMENT ON COLUMN order_header.sales_channel_id          IS 'ref: sales_channel.id';
COMMENT ON COLUMN order_header.cart_id                   IS 'ref: cart.id — cart it was placed from (1:1)';
COMMENT ON COLUMN order_header.customer_locale           IS 'BCP 47.';
COMMENT ON COLUMN order_header.currency_code             IS 'ref: currency.code';
COMMENT ON COLUMN order_header.presentment_currency_code IS 'ref: currency.code — what the buyer saw';
COMMENT ON COLUMN order_header.source_name               IS 'Shopify''s name of the app or channel the order came from.';
COMMENT ON COLUMN order_header.source_reference          IS 'Id of the order in the source (sourceIdentifier).';
COMMENT ON COLUMN order_header.discount_codes            IS 'Codes as the buyer entered them.';
COMMENT ON COLUMN order_header.tag_values                IS 'Shopify''s tags as received.';
COMMENT ON COLUMN order_header.payment_gateways          IS 'Names of the gateways used.';
COMMENT ON COLUMN order_header.custom_attributes         IS 'Buyer''s key-value pairs, as an object.';
COMMENT ON COLUMN order_header.customer_journey          IS 'Shopify''s summary of the visits before the order.';
COMMENT ON COLUMN order_header.item_quantity             IS 'Units ordered (subtotalLineItemsQuantity).';
COMMENT ON COLUMN order_header.is_test                   IS 'Test orders and payments stay, flagged; analytics leave them out.';
COMMENT ON COLUMN order_header.is_notification_muted     IS 'The customer is not told.';
COMMENT ON COLUMN order_header.subtotal_price            IS 'As placed, after line discounts, before shipping.';
COMMENT ON COLUMN order_header.total_price               IS 'As placed; current totals are in order_summary.';
COMMENT ON COLUMN order_header.process_ts                IS 'When it happened according to Shopify (processedAt): the business time.';

CREATE TABLE order_address (
  id               TEXT        CONSTRAINT oadr_pkey PRIMARY KEY CONSTRAINT oadr_id_check CHECK (id LIKE 'oadr\_%'),
  order_header_id  TEXT        NOT NULL,
  address_role     TEXT        NOT NULL
    CONSTRAINT oadr_address_role_check CHECK (address_role IN ('shipping', 'billing', 'delivery')),
  first_name       TEXT,
  last_name        TEXT,
  company_name     TEXT,
  address_1        TEXT,
  address_2        TEXT,
  city             TEXT,
  province         TEXT,
  province_code    TEXT,
  postal_code      TEXT,
  country_code     TEXT,
  phone            TEXT,
  latitude         NUMERIC,
  longitude        NUMERIC,
  status           JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT oadr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oadr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations      JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oadr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts        TIMESTAMPTZ
);

CREATE UNIQUE INDEX oadr_order_header_id_address_role_key ON order_address (order_header_id, address_role);
CREATE INDEX        oadr_country_code_province_code_idx   ON order_address (country_code, province_code);

COMMENT ON TABLE order_address IS
'Address snapshot of an order.
module: 06 Order';
COMMENT ON COLUMN order_address.order_header_id IS 'ref: order_header.id';
COMMENT ON COLUMN order_address.province_code   IS 'ISO 3166-2 subdivision without the country.';
COMMENT ON COLUMN order_address.country_code    IS 'ref: region_country.iso_2';

CREATE TABLE order_line_item (
  id                         TEXT        CONSTRAINT oli_pkey PRIMARY KEY CONSTRAINT oli_id_check CHECK (id LIKE 'oli\_%'),
  shopify_gid                TEXT        CONSTRAINT oli_shopify_gid_key UNIQUE,
  order_header_id            TEXT        NOT NULL,
  order_exchange_id          TEXT,
  product_id                 TEXT,
  product_variant_id         TEXT,
  position                   INTEGER     NOT NULL DEFAULT 1,
  title                      TEXT        NOT NULL,
  variant_title              TEXT,
  product_title              TEXT,
  product_type               TEXT,
  product_handle             TEXT,
  vendor                     TEXT,
  sku                        TEXT,
  barcode                    TEXT,
  thumbnail_url              TEXT,
  option_values              JSONB       NOT NULL DEFAULT '{}',
  custom_attributes          JSONB       NOT NULL DEFAULT '{}',
  quantity                   INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_quantity_check CHECK (quantity >= 0),
  current_quantity           INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_current_quantity_check CHECK (current_quantity >= 0),
  fulfilled_quantity         INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_fulfilled_quantity_check CHECK (fulfilled_quantity >= 0),
  shipped_quantity           INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_shipped_quantity_check CHECK (shipped_quantity >= 0),
  delivered_quantity         INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_delivered_quantity_check CHECK (delivered_quantity >= 0),
  return_requested_quantity  INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_return_requested_quantity_check CHECK (return_requested_quantity >= 0),
  return_received_quantity   INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_return_received_quantity_check CHECK (return_received_quantity >= 0),
  return_dismissed_quantity  INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_return_dismissed_quantity_check CHECK (return_dismissed_quantity >= 0),
  refunded_quantity          INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_refunded_quantity_check CHECK (refunded_quantity >= 0),
  written_off_quantity       INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_written_off_quantity_check CHECK (written_off_quantity >= 0),
  unfulfilled_quantity       INTEGER     NOT NULL DEFAULT 0 CONSTRAINT oli_unfulfilled_quantity_check CHECK (unfulfilled_quantity >= 0),
  currency_code              TEXT        NOT NULL,
  unit_price                 NUMERIC     NOT NULL,
  raw_unit_price             JSONB       NOT NULL,
  CONSTRAINT oli_unit_price_check CHECK ((unit_price IS NULL) = (raw_unit_price IS NULL)),
  compare_at_unit_price      NUMERIC,
  raw_compare_at_unit_price  JSONB,
  CONSTRAINT oli_compare_at_unit_price_check CHECK ((compare_at_unit_price IS NULL) = (raw_compare_at_unit_price IS NULL)),
  discounted_unit_price      NUMERIC,
  raw_discounted_unit_price  JSONB,
  CONSTRAINT oli_discounted_unit_price_check CHECK ((discounted_unit_price IS NULL) = (raw_discounted_unit_price IS NULL)),
  original_total             NUMERIC,
  raw_original_total         JSONB,
  CONSTRAINT oli_original_total_check CHECK ((original_total IS NULL) = (raw_original_total IS NULL)),
  total_discount             NUMERIC,
  raw_total_discount         JSONB,
  CONSTRAINT oli_total_discount_check CHECK ((total_discount IS NULL) = (raw_total_discount IS NULL)),
  discounted_total           NUMERIC,
  raw_discounted_total       JSONB,
  CONSTRAINT oli_discounted_total_check CHECK ((discounted_total IS NULL) = (raw_discounted_total IS NULL)),
  total_tax                  NUMERIC,
  raw_total_tax              JSONB,
  CONSTRAINT oli_total_tax_check CHECK ((total_tax IS NULL) = (raw_total_tax IS NULL)),
  order_version              INTEGER     NOT NULL DEFAULT 1,
  order_process_ts           TIMESTAMPTZ NOT NULL,
  is_taxable                 BOOLEAN     NOT NULL DEFAULT true,
  is_gift_card               BOOLEAN     NOT NULL DEFAULT false,
  requires_shipping          BOOLEAN     NOT NULL DEFAULT true,
  is_discountable            BOOLEAN     NOT NULL DEFAULT true,
  is_tax_inclusive           BOOLEAN     NOT NULL DEFAULT false,
  is_custom_price            BOOLEAN     NOT NULL DEFAULT false,
  source_create_ts           TIMESTAMPTZ,
  source_update_ts           TIMESTAMPTZ,
  sync_ts                    TIMESTAMPTZ,
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT oli_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oli_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oli_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ
);

CREATE INDEX oli_order_header_id_position_idx            ON order_line_item (order_header_id, position);
CREATE INDEX oli_product_id_order_process_ts_idx         ON order_line_item (product_id, order_process_ts DESC);
CREATE INDEX oli_product_variant_id_order_process_ts_idx ON order_line_item (product_variant_id, order_process_ts DESC);
CREATE INDEX oli_sku_order_process_ts_idx                ON order_line_item (sku, order_process_ts DESC);
CREATE INDEX oli_order_process_ts_id_idx                 ON order_line_item (order_process_ts, id);
CREATE INDEX oli_order_exchange_id_idx                   ON order_line_item (order_exchange_id);

COMMENT ON TABLE order_line_item IS
'Order line with product snapshot and quantities; the old transaction_participation_record / raw_shopify_line_items. Merges Medusa''s order_line_item and order_item.
module: 06 Order
mirror: LineItem
note: order_process_ts copies order_header.process_ts so product × day queries need no join. product_id may be
  null (custom line, deleted product): keep the snapshot.';
COMMENT ON COLUMN order_line_item.order_header_id       IS 'ref: order_header.id';
COMMENT ON COLUMN order_line_item.order_exchange_id     IS 'ref: order_exchange.id — set on the new lines of an exchange';
COMMENT ON COLUMN order_line_item.product_id            IS 'ref: product.id — null for a custom line or a deleted product: the snapshot stays';
COMMENT ON COLUMN order_line_item.product_variant_id    IS 'ref: product_variant.id';
COMMENT ON COLUMN order_line_item.position              IS 'Order within the parent, from 1.';
COMMENT ON COLUMN order_line_item.variant_title         IS 'Snapshot of the variant''s title.';
COMMENT ON COLUMN order_line_item.product_title         IS 'Snapshot of the product''s title.';
COMMENT ON COLUMN order_line_item.product_type          IS 'Snapshot of the product''s type.';
COMMENT ON COLUMN order_line_item.product_handle        IS 'Snapshot of the product''s handle.';
COMMENT ON COLUMN order_line_item.barcode               IS 'GTIN, EAN, UPC or ISBN as entered.';
COMMENT ON COLUMN order_line_item.thumbnail_url         IS 'Snapshot at the time of the sale.';
COMMENT ON COLUMN order_line_item.option_values         IS 'Option name to value, as sold or read.';
COMMENT ON COLUMN order_line_item.custom_attributes     IS 'Buyer''s key-value pairs, as an object.';
COMMENT ON COLUMN order_line_item.quantity              IS 'Units ordered.';
COMMENT ON COLUMN order_line_item.current_quantity      IS 'Units ordered, less those removed or refunded.';
COMMENT ON COLUMN order_line_item.fulfilled_quantity    IS 'quantity - unfulfilled - non-fulfillable, at least 0.';
COMMENT ON COLUMN order_line_item.refunded_quantity     IS 'Recomputed from payment_refund_item once that is known.';
COMMENT ON COLUMN order_line_item.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN order_line_item.unit_price            IS 'Before discounts (originalUnitPriceSet).';
COMMENT ON COLUMN order_line_item.compare_at_unit_price IS 'Former price shown struck through.';
COMMENT ON COLUMN order_line_item.discounted_unit_price IS 'After line discounts (discountedUnitPriceSet).';
COMMENT ON COLUMN order_line_item.original_total        IS 'quantity at unit_price.';
COMMENT ON COLUMN order_line_item.discounted_total      IS 'After line discounts.';
COMMENT ON COLUMN order_line_item.total_tax             IS 'Sum of the line''s tax lines.';
COMMENT ON COLUMN order_line_item.order_version         IS 'order_header.version that the row belongs to.';
COMMENT ON COLUMN order_line_item.order_process_ts      IS 'Copy of order_header.process_ts, so that product by day needs no join.';
COMMENT ON COLUMN order_line_item.is_tax_inclusive      IS 'Amounts include tax.';
COMMENT ON COLUMN order_line_item.is_custom_price       IS 'The price was typed in, not taken from the catalogue.';

CREATE TABLE order_line_item_tax_line (
  id                  TEXT        CONSTRAINT olit_pkey PRIMARY KEY CONSTRAINT olit_id_check CHECK (id LIKE 'olit\_%'),
  order_line_item_id  TEXT        NOT NULL,
  position            INTEGER     NOT NULL DEFAULT 1,
  tax_rate_id         TEXT,
  title               TEXT        NOT NULL,
  code                TEXT,
  rate                NUMERIC,
  currency_code       TEXT        NOT NULL,
  amount              NUMERIC     NOT NULL,
  raw_amount          JSONB       NOT NULL,
  CONSTRAINT olit_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  source              TEXT,
  is_channel_liable   BOOLEAN     NOT NULL DEFAULT false,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT olit_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT olit_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT olit_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX olit_order_line_item_id_position_key ON order_line_item_tax_line (order_line_item_id, position);
CREATE INDEX        olit_tax_rate_id_idx                 ON order_line_item_tax_line (tax_rate_id);

COMMENT ON TABLE order_line_item_tax_line IS
'Tax on an order line.
module: 06 Order';
COMMENT ON COLUMN order_line_item_tax_line.order_line_item_id IS 'ref: order_line_item.id';
COMMENT ON COLUMN order_line_item_tax_line.position           IS 'Order within the parent, from 1.';
COMMENT ON COLUMN order_line_item_tax_line.tax_rate_id        IS 'ref: tax_rate.id';
COMMENT ON COLUMN order_line_item_tax_line.rate               IS 'Fraction of one: 0.2 is 20 %.';
COMMENT ON COLUMN order_line_item_tax_line.currency_code      IS 'ref: currency.code';
COMMENT ON COLUMN order_line_item_tax_line.source             IS 'Who computed the line, as Shopify names it.';
COMMENT ON COLUMN order_line_item_tax_line.is_channel_liable  IS 'The channel, not the merchant, remits the tax.';

CREATE TABLE order_line_item_adjustment (
  id                  TEXT        CONSTRAINT olia_pkey PRIMARY KEY CONSTRAINT olia_id_check CHECK (id LIKE 'olia\_%'),
  order_line_item_id  TEXT        NOT NULL,
  position            INTEGER     NOT NULL DEFAULT 1,
  promotion_id        TEXT,
  application_index   INTEGER,
  adjustment_kind     TEXT        NOT NULL DEFAULT 'unknown'
    CONSTRAINT olia_adjustment_kind_check CHECK (adjustment_kind IN (
      'code', 'automatic', 'manual', 'script', 'app', 'unknown')),
  code                TEXT,
  description         TEXT,
  allocation_method   TEXT        NOT NULL DEFAULT 'unknown'
    CONSTRAINT olia_allocation_method_check CHECK (allocation_method IN ('across', 'each', 'one', 'unknown')),
  currency_code       TEXT        NOT NULL,
  amount              NUMERIC     NOT NULL,
  raw_amount          JSONB       NOT NULL,
  CONSTRAINT olia_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT olia_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT olia_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT olia_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX olia_order_line_item_id_position_key ON order_line_item_adjustment (order_line_item_id, position);
CREATE INDEX        olia_code_idx                        ON order_line_item_adjustment (code);
CREATE INDEX        olia_promotion_id_idx                ON order_line_item_adjustment (promotion_id);

COMMENT ON TABLE order_line_item_adjustment IS
'Discount allocated to an order line.
module: 06 Order';
COMMENT ON COLUMN order_line_item_adjustment.order_line_item_id IS 'ref: order_line_item.id';
COMMENT ON COLUMN order_line_item_adjustment.position           IS 'Order within the parent, from 1.';
COMMENT ON COLUMN order_line_item_adjustment.promotion_id       IS 'ref: promotion.id';
COMMENT ON COLUMN order_line_item_adjustment.application_index  IS 'Position of Shopify''s discount application on the order.';
COMMENT ON COLUMN order_line_item_adjustment.allocation_method  IS 'How the discount is spread over lines.';
COMMENT ON COLUMN order_line_item_adjustment.currency_code      IS 'ref: currency.code';

CREATE TABLE order_shipping_method (
  id                     TEXT        CONSTRAINT osm_pkey PRIMARY KEY CONSTRAINT osm_id_check CHECK (id LIKE 'osm\_%'),
  shopify_gid            TEXT        CONSTRAINT osm_shopify_gid_key UNIQUE,
  order_header_id        TEXT        NOT NULL,
  order_exchange_id      TEXT,
  order_claim_id         TEXT,
  return_header_id       TEXT,
  shipping_option_id     TEXT,
  position               INTEGER     NOT NULL DEFAULT 1,
  title                  TEXT        NOT NULL,
  code                   TEXT,
  carrier_identifier     TEXT,
  delivery_category      TEXT,
  source                 TEXT,
  currency_code          TEXT        NOT NULL,
  amount                 NUMERIC     NOT NULL,
  raw_amount             JSONB       NOT NULL,
  CONSTRAINT osm_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  discounted_amount      NUMERIC,
  raw_discounted_amount  JSONB,
  CONSTRAINT osm_discounted_amount_check CHECK ((discounted_amount IS NULL) = (raw_discounted_amount IS NULL)),
  order_version          INTEGER     NOT NULL DEFAULT 1,
  data                   JSONB,
  is_custom              BOOLEAN     NOT NULL DEFAULT false,
  is_removed             BOOLEAN     NOT NULL DEFAULT false,
  is_tax_inclusive       BOOLEAN     NOT NULL DEFAULT false,
  source_create_ts       TIMESTAMPTZ,
  source_update_ts       TIMESTAMPTZ,
  sync_ts                TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT osm_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT osm_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT osm_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX osm_order_header_id_position_key ON order_shipping_method (order_header_id, position) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        osm_order_header_id_position_idx ON order_shipping_method (order_header_id, position);
CREATE INDEX        osm_order_exchange_id_idx        ON order_shipping_method (order_exchange_id);
CREATE INDEX        osm_order_claim_id_idx           ON order_shipping_method (order_claim_id);
CREATE INDEX        osm_return_header_id_idx         ON order_shipping_method (return_header_id);
CREATE INDEX        osm_shipping_option_id_idx       ON order_shipping_method (shipping_option_id);

COMMENT ON TABLE order_shipping_method IS
'Shipping line of an order. Merges Medusa''s order_shipping pivot.
module: 06 Order
mirror: ShippingLine';
COMMENT ON COLUMN order_shipping_method.order_header_id    IS 'ref: order_header.id';
COMMENT ON COLUMN order_shipping_method.order_exchange_id  IS 'ref: order_exchange.id';
COMMENT ON COLUMN order_shipping_method.order_claim_id     IS 'ref: order_claim.id';
COMMENT ON COLUMN order_shipping_method.return_header_id   IS 'ref: return_header.id';
COMMENT ON COLUMN order_shipping_method.shipping_option_id IS 'ref: shipping_option.id';
COMMENT ON COLUMN order_shipping_method.position           IS 'Order within the parent, from 1.';
COMMENT ON COLUMN order_shipping_method.carrier_identifier IS 'Carrier service that offered the rate.';
COMMENT ON COLUMN order_shipping_method.source             IS 'Where the rate came from.';
COMMENT ON COLUMN order_shipping_method.currency_code      IS 'ref: currency.code';
COMMENT ON COLUMN order_shipping_method.amount             IS 'Before discounts (originalPriceSet).';
COMMENT ON COLUMN order_shipping_method.discounted_amount  IS 'After discounts (discountedPriceSet).';
COMMENT ON COLUMN order_shipping_method.order_version      IS 'order_header.version that the row belongs to.';
COMMENT ON COLUMN order_shipping_method.data               IS 'What the provider returned, as it came.';
COMMENT ON COLUMN order_shipping_method.is_tax_inclusive   IS 'Amounts include tax.';

CREATE TABLE order_shipping_method_tax_line (
  id                        TEXT        CONSTRAINT osmt_pkey PRIMARY KEY CONSTRAINT osmt_id_check CHECK (id LIKE 'osmt\_%'),
  order_shipping_method_id  TEXT        NOT NULL,
  position                  INTEGER     NOT NULL DEFAULT 1,
  tax_rate_id               TEXT,
  title                     TEXT        NOT NULL,
  code                      TEXT,
  rate                      NUMERIC,
  currency_code             TEXT        NOT NULL,
  amount                    NUMERIC     NOT NULL,
  raw_amount                JSONB       NOT NULL,
  CONSTRAINT osmt_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  source                    TEXT,
  is_channel_liable         BOOLEAN     NOT NULL DEFAULT false,
  status                    JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT osmt_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT osmt_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT osmt_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                 TIMESTAMPTZ
);

CREATE UNIQUE INDEX osmt_order_shipping_method_id_position_key ON order_shipping_method_tax_line (order_shipping_method_id, position);
CREATE INDEX        osmt_tax_rate_id_idx                       ON order_shipping_method_tax_line (tax_rate_id);

COMMENT ON TABLE order_shipping_method_tax_line IS
'Tax on a shipping line.
module: 06 Order';
COMMENT ON COLUMN order_shipping_method_tax_line.order_shipping_method_id IS 'ref: order_shipping_method.id';
COMMENT ON COLUMN order_shipping_method_tax_line.position                 IS 'Order within the parent, from 1.';
COMMENT ON COLUMN order_shipping_method_tax_line.tax_rate_id              IS 'ref: tax_rate.id';
COMMENT ON COLUMN order_shipping_method_tax_line.rate                     IS 'Fraction of one: 0.2 is 20 %.';
COMMENT ON COLUMN order_shipping_method_tax_line.currency_code            IS 'ref: currency.code';
COMMENT ON COLUMN order_shipping_method_tax_line.source                   IS 'Who computed the line, as Shopify names it.';
COMMENT ON COLUMN order_shipping_method_tax_line.is_channel_liable        IS 'The channel, not the merchant, remits the tax.';

CREATE TABLE order_shipping_method_adjustment (
  id                        TEXT        CONSTRAINT osma_pkey PRIMARY KEY CONSTRAINT osma_id_check CHECK (id LIKE 'osma\_%'),
  order_shipping_method_id  TEXT        NOT NULL,
  position                  INTEGER     NOT NULL DEFAULT 1,
  promotion_id              TEXT,
  application_index         INTEGER,
  adjustment_kind           TEXT        NOT NULL DEFAULT 'unknown'
    CONSTRAINT osma_adjustment_kind_check CHECK (adjustment_kind IN (
      'code', 'automatic', 'manual', 'script', 'app', 'unknown')),
  code                      TEXT,
  description               TEXT,
  allocation_method         TEXT        NOT NULL DEFAULT 'unknown'
    CONSTRAINT osma_allocation_method_check CHECK (allocation_method IN ('across', 'each', 'one', 'unknown')),
  currency_code             TEXT        NOT NULL,
  amount                    NUMERIC     NOT NULL,
  raw_amount                JSONB       NOT NULL,
  CONSTRAINT osma_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  status                    JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT osma_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT osma_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT osma_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                 TIMESTAMPTZ
);

CREATE UNIQUE INDEX osma_order_shipping_method_id_position_key ON order_shipping_method_adjustment (order_shipping_method_id, position);
CREATE INDEX        osma_promotion_id_idx                      ON order_shipping_method_adjustment (promotion_id);

COMMENT ON TABLE order_shipping_method_adjustment IS
'Discount allocated to a shipping line.
module: 06 Order';
COMMENT ON COLUMN order_shipping_method_adjustment.order_shipping_method_id IS 'ref: order_shipping_method.id';
COMMENT ON COLUMN order_shipping_method_adjustment.position                 IS 'Order within the parent, from 1.';
COMMENT ON COLUMN order_shipping_method_adjustment.promotion_id             IS 'ref: promotion.id';
COMMENT ON COLUMN order_shipping_method_adjustment.application_index        IS 'Position of Shopify''s discount application on the order.';
COMMENT ON COLUMN order_shipping_method_adjustment.allocation_method        IS 'How the discount is spread over lines.';
COMMENT ON COLUMN order_shipping_method_adjustment.currency_code            IS 'ref: currency.code';

CREATE TABLE order_summary (
  id                           TEXT        CONSTRAINT osum_pkey PRIMARY KEY CONSTRAINT osum_id_check CHECK (id LIKE 'osum\_%'),
  order_header_id              TEXT        NOT NULL,
  version                      INTEGER     NOT NULL DEFAULT 1,
  currency_code                TEXT        NOT NULL,
  current_subtotal             NUMERIC,
  raw_current_subtotal         JSONB,
  CONSTRAINT osum_current_subtotal_check CHECK ((current_subtotal IS NULL) = (raw_current_subtotal IS NULL)),
  current_discount             NUMERIC,
  raw_current_discount         JSONB,
  CONSTRAINT osum_current_discount_check CHECK ((current_discount IS NULL) = (raw_current_discount IS NULL)),
  current_shipping             NUMERIC,
  raw_current_shipping         JSONB,
  CONSTRAINT osum_current_shipping_check CHECK ((current_shipping IS NULL) = (raw_current_shipping IS NULL)),
  current_tax                  NUMERIC,
  raw_current_tax              JSONB,
  CONSTRAINT osum_current_tax_check CHECK ((current_tax IS NULL) = (raw_current_tax IS NULL)),
  current_duty                 NUMERIC,
  raw_current_duty             JSONB,
  CONSTRAINT osum_current_duty_check CHECK ((current_duty IS NULL) = (raw_current_duty IS NULL)),
  current_total                NUMERIC,
  raw_current_total            JSONB,
  CONSTRAINT osum_current_total_check CHECK ((current_total IS NULL) = (raw_current_total IS NULL)),
  paid_total                   NUMERIC,
  raw_paid_total               JSONB,
  CONSTRAINT osum_paid_total_check CHECK ((paid_total IS NULL) = (raw_paid_total IS NULL)),
  refunded_total               NUMERIC,
  raw_refunded_total           JSONB,
  CONSTRAINT osum_refunded_total_check CHECK ((refunded_total IS NULL) = (raw_refunded_total IS NULL)),
  refunded_shipping_total      NUMERIC,
  raw_refunded_shipping_total  JSONB,
  CONSTRAINT osum_refunded_shipping_total_check CHECK ((refunded_shipping_total IS NULL) = (raw_refunded_shipping_total IS NULL)),
  outstanding_total            NUMERIC,
  raw_outstanding_total        JSONB,
  CONSTRAINT osum_outstanding_total_check CHECK ((outstanding_total IS NULL) = (raw_outstanding_total IS NULL)),
  capturable_total             NUMERIC,
  raw_capturable_total         JSONB,
  CONSTRAINT osum_capturable_total_check CHECK ((capturable_total IS NULL) = (raw_capturable_total IS NULL)),
  net_payment_total            NUMERIC,
  raw_net_payment_total        JSONB,
  CONSTRAINT osum_net_payment_total_check CHECK ((net_payment_total IS NULL) = (raw_net_payment_total IS NULL)),
  transaction_total            NUMERIC,
  raw_transaction_total        JSONB,
  CONSTRAINT osum_transaction_total_check CHECK ((transaction_total IS NULL) = (raw_transaction_total IS NULL)),
  return_requested_total       NUMERIC,
  raw_return_requested_total   JSONB,
  CONSTRAINT osum_return_requested_total_check CHECK ((return_requested_total IS NULL) = (raw_return_requested_total IS NULL)),
  write_off_total              NUMERIC,
  raw_write_off_total          JSONB,
  CONSTRAINT osum_write_off_total_check CHECK ((write_off_total IS NULL) = (raw_write_off_total IS NULL)),
  current_item_quantity        INTEGER     NOT NULL DEFAULT 0 CONSTRAINT osum_current_item_quantity_check CHECK (current_item_quantity >= 0),
  fulfilled_quantity           INTEGER     NOT NULL DEFAULT 0 CONSTRAINT osum_fulfilled_quantity_check CHECK (fulfilled_quantity >= 0),
  refunded_quantity            INTEGER     NOT NULL DEFAULT 0 CONSTRAINT osum_refunded_quantity_check CHECK (refunded_quantity >= 0),
  observe_ts                   TIMESTAMPTZ,
  status                       JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT osum_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT osum_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT osum_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                    TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                    TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                    TIMESTAMPTZ
);

CREATE UNIQUE INDEX osum_order_header_id_version_key ON order_summary (order_header_id, version);

COMMENT ON TABLE order_summary IS
'Current totals of an order per order version.
module: 06 Order
note: the row whose version equals order_header.version is the current one; the sync overwrites it. Mirrored
  orders keep version 1.';
COMMENT ON COLUMN order_summary.order_header_id   IS 'ref: order_header.id';
COMMENT ON COLUMN order_summary.version           IS 'The row whose version equals order_header.version is the current one.';
COMMENT ON COLUMN order_summary.currency_code     IS 'ref: currency.code';
COMMENT ON COLUMN order_summary.current_subtotal  IS 'After edits and refunds.';
COMMENT ON COLUMN order_summary.paid_total        IS 'Received (totalReceivedSet).';
COMMENT ON COLUMN order_summary.outstanding_total IS 'Still to be paid; negative is owed to the customer.';
COMMENT ON COLUMN order_summary.capturable_total  IS 'Authorized and not yet captured.';
COMMENT ON COLUMN order_summary.net_payment_total IS 'Received less refunded.';
COMMENT ON COLUMN order_summary.transaction_total IS 'Sum of succeeded transactions, refunds negative.';
COMMENT ON COLUMN order_summary.observe_ts        IS 'When the totals were read or computed.';

CREATE TABLE order_change (
  id                    TEXT        CONSTRAINT och_pkey PRIMARY KEY CONSTRAINT och_id_check CHECK (id LIKE 'och\_%'),
  shopify_gid           TEXT        CONSTRAINT och_shopify_gid_key UNIQUE,
  order_header_id       TEXT        NOT NULL,
  return_header_id      TEXT,
  order_exchange_id     TEXT,
  order_claim_id        TEXT,
  payment_refund_id     TEXT,
  version               INTEGER     NOT NULL DEFAULT 1,
  change_kind           TEXT        NOT NULL
    CONSTRAINT och_change_kind_check CHECK (change_kind IN (
      'edit', 'return_request', 'return_receive', 'exchange', 'claim', 'refund', 'cancel')),
  description           TEXT,
  internal_note         TEXT,
  decline_reason        TEXT,
  create_principal_id   TEXT,
  confirm_principal_id  TEXT,
  request_ts            TIMESTAMPTZ,
  confirm_ts            TIMESTAMPTZ,
  decline_ts            TIMESTAMPTZ,
  cancel_ts             TIMESTAMPTZ,
  source_create_ts      TIMESTAMPTZ,
  source_update_ts      TIMESTAMPTZ,
  sync_ts               TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT och_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Requested', 'Confirmed', 'Declined', 'Canceled')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT och_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT och_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE INDEX och_order_header_id_version_idx ON order_change (order_header_id, version);
CREATE INDEX och_change_kind_create_ts_idx   ON order_change (change_kind, create_ts DESC);
CREATE INDEX och_return_header_id_idx        ON order_change (return_header_id);
CREATE INDEX och_order_exchange_id_idx       ON order_change (order_exchange_id);
CREATE INDEX och_order_claim_id_idx          ON order_change (order_claim_id);
CREATE INDEX och_payment_refund_id_idx       ON order_change (payment_refund_id);

COMMENT ON TABLE order_change IS
'A proposed or applied change to an order (edit, return, exchange, claim, refund).
module: 06 Order
mirror: SalesAgreement';
COMMENT ON COLUMN order_change.order_header_id      IS 'ref: order_header.id';
COMMENT ON COLUMN order_change.return_header_id     IS 'ref: return_header.id';
COMMENT ON COLUMN order_change.order_exchange_id    IS 'ref: order_exchange.id';
COMMENT ON COLUMN order_change.order_claim_id       IS 'ref: order_claim.id';
COMMENT ON COLUMN order_change.payment_refund_id    IS 'ref: payment_refund.id';
COMMENT ON COLUMN order_change.version              IS 'Version the change leads to.';
COMMENT ON COLUMN order_change.internal_note        IS 'For staff, never shown to the customer.';
COMMENT ON COLUMN order_change.create_principal_id  IS 'ref: principal.id — who created it';
COMMENT ON COLUMN order_change.confirm_principal_id IS 'ref: principal.id — who confirmed it';

CREATE TABLE order_change_action (
  id                        TEXT        CONSTRAINT ocha_pkey PRIMARY KEY CONSTRAINT ocha_id_check CHECK (id LIKE 'ocha\_%'),
  order_change_id           TEXT        NOT NULL,
  order_header_id           TEXT        NOT NULL,
  order_line_item_id        TEXT,
  order_shipping_method_id  TEXT,
  fulfillment_id            TEXT,
  return_item_id            TEXT,
  ordering                  INTEGER     NOT NULL DEFAULT 1,
  version                   INTEGER,
  action                    TEXT        NOT NULL
    CONSTRAINT ocha_action_check CHECK (action IN (
      'item_add', 'item_remove', 'item_update', 'fulfill_item', 'ship_item', 'deliver_item',
      'cancel_item_fulfillment', 'return_item', 'cancel_return_item', 'receive_return_item',
      'receive_damaged_return_item', 'write_off_item', 'reinstate_item', 'shipping_add', 'shipping_remove',
      'refund_item')),
  quantity                  INTEGER     NOT NULL DEFAULT 0 CONSTRAINT ocha_quantity_check CHECK (quantity >= 0),
  currency_code             TEXT,
  amount                    NUMERIC,
  raw_amount                JSONB,
  CONSTRAINT ocha_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  details                   JSONB       NOT NULL DEFAULT '{}',
  internal_note             TEXT,
  is_applied                BOOLEAN     NOT NULL DEFAULT false,
  status                    JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ocha_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ocha_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ocha_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                 TIMESTAMPTZ
);

CREATE UNIQUE INDEX ocha_order_change_id_ordering_key ON order_change_action (order_change_id, ordering);
CREATE INDEX        ocha_order_header_id_idx          ON order_change_action (order_header_id);
CREATE INDEX        ocha_order_line_item_id_idx       ON order_change_action (order_line_item_id);
CREATE INDEX        ocha_order_shipping_method_id_idx ON order_change_action (order_shipping_method_id);
CREATE INDEX        ocha_fulfillment_id_idx           ON order_change_action (fulfillment_id);
CREATE INDEX        ocha_return_item_id_idx           ON order_change_action (return_item_id);

COMMENT ON TABLE order_change_action IS
'One step of an order change.
module: 06 Order';
COMMENT ON COLUMN order_change_action.order_change_id          IS 'ref: order_change.id';
COMMENT ON COLUMN order_change_action.order_header_id          IS 'ref: order_header.id';
COMMENT ON COLUMN order_change_action.order_line_item_id       IS 'ref: order_line_item.id';
COMMENT ON COLUMN order_change_action.order_shipping_method_id IS 'ref: order_shipping_method.id';
COMMENT ON COLUMN order_change_action.fulfillment_id           IS 'ref: fulfillment.id';
COMMENT ON COLUMN order_change_action.return_item_id           IS 'ref: return_item.id';
COMMENT ON COLUMN order_change_action.ordering                 IS 'Order in which the steps apply.';
COMMENT ON COLUMN order_change_action.currency_code            IS 'ref: currency.code';
COMMENT ON COLUMN order_change_action.details                  IS 'What the step needs beside the columns.';
COMMENT ON COLUMN order_change_action.internal_note            IS 'For staff, never shown to the customer.';

CREATE TABLE order_transaction (
  id                           TEXT        CONSTRAINT otx_pkey PRIMARY KEY CONSTRAINT otx_id_check CHECK (id LIKE 'otx\_%'),
  shopify_gid                  TEXT        CONSTRAINT otx_shopify_gid_key UNIQUE,
  order_header_id              TEXT        NOT NULL,
  parent_order_transaction_id  TEXT,
  payment_id                   TEXT,
  payment_capture_id           TEXT,
  payment_refund_id            TEXT,
  return_header_id             TEXT,
  order_exchange_id            TEXT,
  order_claim_id               TEXT,
  transaction_kind             TEXT        NOT NULL
    CONSTRAINT otx_transaction_kind_check CHECK (transaction_kind IN (
      'sale', 'capture', 'authorization', 'void', 'refund', 'change', 'emv_authorization', 'suggested_refund',
      'unknown')),
  gateway                      TEXT,
  gateway_label                TEXT,
  payment_reference            TEXT,
  error_code                   TEXT,
  currency_code                TEXT        NOT NULL,
  amount                       NUMERIC     NOT NULL,
  raw_amount                   JSONB       NOT NULL,
  CONSTRAINT otx_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  fee_total                    NUMERIC,
  raw_fee_total                JSONB,
  CONSTRAINT otx_fee_total_check CHECK ((fee_total IS NULL) = (raw_fee_total IS NULL)),
  settlement_currency_code     TEXT,
  settlement_rate              NUMERIC,
  payment_details              JSONB       NOT NULL DEFAULT '{}',
  is_test                      BOOLEAN     NOT NULL DEFAULT false,
  is_manual_gateway            BOOLEAN     NOT NULL DEFAULT false,
  process_ts                   TIMESTAMPTZ NOT NULL,
  authorization_expire_ts      TIMESTAMPTZ,
  order_version                INTEGER     NOT NULL DEFAULT 1,
  source_create_ts             TIMESTAMPTZ,
  source_update_ts             TIMESTAMPTZ,
  sync_ts                      TIMESTAMPTZ,
  status                       JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT otx_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Succeeded', 'Failed', 'Error', 'AwaitingResponse', 'Unknown')),
  labels                       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT otx_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT otx_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                    TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                    TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                    TIMESTAMPTZ
);

CREATE INDEX otx_order_header_id_process_ts_idx  ON order_transaction (order_header_id, process_ts);
CREATE INDEX otx_transaction_kind_process_ts_idx ON order_transaction (transaction_kind, process_ts DESC);
CREATE INDEX otx_payment_reference_idx           ON order_transaction (payment_reference);
CREATE INDEX otx_parent_order_transaction_id_idx ON order_transaction (parent_order_transaction_id);
CREATE INDEX otx_payment_id_idx                  ON order_transaction (payment_id);
CREATE INDEX otx_payment_capture_id_idx          ON order_transaction (payment_capture_id);
CREATE INDEX otx_payment_refund_id_idx           ON order_transaction (payment_refund_id);
CREATE INDEX otx_return_header_id_idx            ON order_transaction (return_header_id);
CREATE INDEX otx_order_exchange_id_idx           ON order_transaction (order_exchange_id);
CREATE INDEX otx_order_claim_id_idx              ON order_transaction (order_claim_id);

COMMENT ON TABLE order_transaction IS
'Money movement on an order (sale, authorization, capture, void, refund).
module: 06 Order
mirror: OrderTransaction
note: amount is never negative; transaction_kind gives the sign. payment_details holds only brand and last
  digits.';
COMMENT ON COLUMN order_transaction.order_header_id             IS 'ref: order_header.id';
COMMENT ON COLUMN order_transaction.parent_order_transaction_id IS 'ref: order_transaction.id — parent';
COMMENT ON COLUMN order_transaction.payment_id                  IS 'ref: payment.id';
COMMENT ON COLUMN order_transaction.payment_capture_id          IS 'ref: payment_capture.id';
COMMENT ON COLUMN order_transaction.payment_refund_id           IS 'ref: payment_refund.id';
COMMENT ON COLUMN order_transaction.return_header_id            IS 'ref: return_header.id';
COMMENT ON COLUMN order_transaction.order_exchange_id           IS 'ref: order_exchange.id';
COMMENT ON COLUMN order_transaction.order_claim_id              IS 'ref: order_claim.id';
COMMENT ON COLUMN order_transaction.gateway                     IS 'Shopify''s handle of the gateway.';
COMMENT ON COLUMN order_transaction.gateway_label               IS 'The gateway''s name for people.';
COMMENT ON COLUMN order_transaction.payment_reference           IS 'The gateway''s own number of the payment.';
COMMENT ON COLUMN order_transaction.currency_code               IS 'ref: currency.code';
COMMENT ON COLUMN order_transaction.amount                      IS 'Never negative; transaction_kind gives the sign.';
COMMENT ON COLUMN order_transaction.fee_total                   IS 'Sum of the gateway''s fees.';
COMMENT ON COLUMN order_transaction.settlement_currency_code    IS 'ref: currency.code — what the gateway settles in';
COMMENT ON COLUMN order_transaction.settlement_rate             IS 'Currency rate between amount and settlement.';
COMMENT ON COLUMN order_transaction.payment_details             IS 'Brand and last digits only.';
COMMENT ON COLUMN order_transaction.is_test                     IS 'Test orders and payments stay, flagged; analytics leave them out.';
COMMENT ON COLUMN order_transaction.process_ts                  IS 'When it happened according to Shopify (processedAt): the business time.';
COMMENT ON COLUMN order_transaction.order_version               IS 'order_header.version that the row belongs to.';

-- migrate:down

DROP TABLE order_transaction;
DROP TABLE order_change_action;
DROP TABLE order_change;
DROP TABLE order_summary;
DROP TABLE order_shipping_method_adjustment;
DROP TABLE order_shipping_method_tax_line;
DROP TABLE order_shipping_method;
DROP TABLE order_line_item_adjustment;
DROP TABLE order_line_item_tax_line;
DROP TABLE order_line_item;
DROP TABLE order_address;
DROP TABLE order_header;
