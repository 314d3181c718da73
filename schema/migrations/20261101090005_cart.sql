-- Module 05, Cart (commerce core): 5 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE cart (
  id                  TEXT        CONSTRAINT cart_pkey PRIMARY KEY CONSTRAINT cart_id_check CHECK (id LIKE 'cart\_%'),
  shopify_gid         TEXT        CONSTRAINT cart_shopify_gid_key UNIQUE,
  store_id            TEXT,
  customer_id         TEXT,
  region_id           TEXT,
  sales_channel_id    TEXT,
  email               TEXT,
  currency_code       TEXT        NOT NULL,
  item_total          NUMERIC,
  raw_item_total      JSONB,
  CONSTRAINT cart_item_total_check CHECK ((item_total IS NULL) = (raw_item_total IS NULL)),
  discount_total      NUMERIC,
  raw_discount_total  JSONB,
  CONSTRAINT cart_discount_total_check CHECK ((discount_total IS NULL) = (raw_discount_total IS NULL)),
  shipping_total      NUMERIC,
  raw_shipping_total  JSONB,
  CONSTRAINT cart_shipping_total_check CHECK ((shipping_total IS NULL) = (raw_shipping_total IS NULL)),
  tax_total           NUMERIC,
  raw_tax_total       JSONB,
  CONSTRAINT cart_tax_total_check CHECK ((tax_total IS NULL) = (raw_tax_total IS NULL)),
  total               NUMERIC,
  raw_total           JSONB,
  CONSTRAINT cart_total_check CHECK ((total IS NULL) = (raw_total IS NULL)),
  recovery_url        TEXT,
  visitor_hash        TEXT,
  complete_ts         TIMESTAMPTZ,
  abandon_ts          TIMESTAMPTZ,
  source_create_ts    TIMESTAMPTZ,
  source_update_ts    TIMESTAMPTZ,
  sync_ts             TIMESTAMPTZ,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Open","conditions":[]}'
    CONSTRAINT cart_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Open', 'Completed', 'Abandoned', 'Expired')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cart_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cart_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE INDEX cart_phase_update_ts_idx  ON cart ((status->>'phase'), update_ts DESC);
CREATE INDEX cart_visitor_hash_idx     ON cart (visitor_hash);
CREATE INDEX cart_store_id_idx         ON cart (store_id);
CREATE INDEX cart_customer_id_idx      ON cart (customer_id);
CREATE INDEX cart_region_id_idx        ON cart (region_id);
CREATE INDEX cart_sales_channel_id_idx ON cart (sales_channel_id);

COMMENT ON TABLE cart IS
'Open or abandoned checkout (Shopify AbandonedCheckout when mirrored).
module: 05 Cart
mirror: AbandonedCheckout';
COMMENT ON COLUMN cart.store_id         IS 'ref: store.id';
COMMENT ON COLUMN cart.customer_id      IS 'ref: customer.id';
COMMENT ON COLUMN cart.region_id        IS 'ref: region.id';
COMMENT ON COLUMN cart.sales_channel_id IS 'ref: sales_channel.id';
COMMENT ON COLUMN cart.currency_code    IS 'ref: currency.code';
COMMENT ON COLUMN cart.recovery_url     IS 'Link that restores the cart.';
COMMENT ON COLUMN cart.visitor_hash     IS 'Keyed hash of the visitor''s identifier, never the identifier.';

CREATE TABLE cart_address (
  id             TEXT        CONSTRAINT crad_pkey PRIMARY KEY CONSTRAINT crad_id_check CHECK (id LIKE 'crad\_%'),
  cart_id        TEXT        NOT NULL,
  address_role   TEXT        NOT NULL
    CONSTRAINT crad_address_role_check CHECK (address_role IN ('shipping', 'billing')),
  first_name     TEXT,
  last_name      TEXT,
  company_name   TEXT,
  address_1      TEXT,
  address_2      TEXT,
  city           TEXT,
  province       TEXT,
  province_code  TEXT,
  postal_code    TEXT,
  country_code   TEXT,
  phone          TEXT,
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT crad_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crad_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crad_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ
);

CREATE UNIQUE INDEX crad_cart_id_address_role_key ON cart_address (cart_id, address_role);

COMMENT ON TABLE cart_address IS
'Shipping or billing address snapshot of a cart.
module: 05 Cart';
COMMENT ON COLUMN cart_address.cart_id       IS 'ref: cart.id';
COMMENT ON COLUMN cart_address.province_code IS 'ISO 3166-2 subdivision without the country.';
COMMENT ON COLUMN cart_address.country_code  IS 'ref: region_country.iso_2';

CREATE TABLE cart_line_item (
  id                         TEXT        CONSTRAINT crli_pkey PRIMARY KEY CONSTRAINT crli_id_check CHECK (id LIKE 'crli\_%'),
  cart_id                    TEXT        NOT NULL,
  product_id                 TEXT,
  product_variant_id         TEXT,
  title                      TEXT        NOT NULL,
  variant_title              TEXT,
  sku                        TEXT,
  thumbnail_url              TEXT,
  quantity                   INTEGER     NOT NULL DEFAULT 0 CONSTRAINT crli_quantity_check CHECK (quantity >= 0),
  currency_code              TEXT        NOT NULL,
  unit_price                 NUMERIC     NOT NULL,
  raw_unit_price             JSONB       NOT NULL,
  CONSTRAINT crli_unit_price_check CHECK ((unit_price IS NULL) = (raw_unit_price IS NULL)),
  compare_at_unit_price      NUMERIC,
  raw_compare_at_unit_price  JSONB,
  CONSTRAINT crli_compare_at_unit_price_check CHECK ((compare_at_unit_price IS NULL) = (raw_compare_at_unit_price IS NULL)),
  tax_lines                  JSONB,
  custom_attributes          JSONB       NOT NULL DEFAULT '{}',
  requires_shipping          BOOLEAN     NOT NULL DEFAULT true,
  is_discountable            BOOLEAN     NOT NULL DEFAULT true,
  is_tax_inclusive           BOOLEAN     NOT NULL DEFAULT false,
  position                   INTEGER     NOT NULL DEFAULT 1,
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT crli_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crli_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crli_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ
);

CREATE INDEX crli_cart_id_idx            ON cart_line_item (cart_id);
CREATE INDEX crli_product_id_idx         ON cart_line_item (product_id);
CREATE INDEX crli_product_variant_id_idx ON cart_line_item (product_variant_id);

COMMENT ON TABLE cart_line_item IS
'Line in a cart.
module: 05 Cart
note: cart tax is a JSONB snapshot ([{title, rate, amount}]); only order tax lines are rows.';
COMMENT ON COLUMN cart_line_item.cart_id            IS 'ref: cart.id';
COMMENT ON COLUMN cart_line_item.product_id         IS 'ref: product.id';
COMMENT ON COLUMN cart_line_item.product_variant_id IS 'ref: product_variant.id';
COMMENT ON COLUMN cart_line_item.variant_title      IS 'Snapshot of the variant''s title.';
COMMENT ON COLUMN cart_line_item.thumbnail_url      IS 'Snapshot at the time of the sale.';
COMMENT ON COLUMN cart_line_item.currency_code      IS 'ref: currency.code';
COMMENT ON COLUMN cart_line_item.tax_lines          IS 'Snapshot of the computed tax lines.';
COMMENT ON COLUMN cart_line_item.custom_attributes  IS 'Buyer''s key-value pairs, as an object.';
COMMENT ON COLUMN cart_line_item.is_tax_inclusive   IS 'Amounts include tax.';
COMMENT ON COLUMN cart_line_item.position           IS 'Order within the parent, from 1.';

CREATE TABLE cart_line_item_adjustment (
  id                 TEXT        CONSTRAINT crla_pkey PRIMARY KEY CONSTRAINT crla_id_check CHECK (id LIKE 'crla\_%'),
  cart_line_item_id  TEXT        NOT NULL,
  promotion_id       TEXT,
  code               TEXT,
  description        TEXT,
  currency_code      TEXT        NOT NULL,
  amount             NUMERIC     NOT NULL,
  raw_amount         JSONB       NOT NULL,
  CONSTRAINT crla_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  provider_code      TEXT,
  position           INTEGER     NOT NULL DEFAULT 1,
  status             JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT crla_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crla_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crla_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts          TIMESTAMPTZ
);

CREATE UNIQUE INDEX crla_cart_line_item_id_position_key ON cart_line_item_adjustment (cart_line_item_id, position);
CREATE INDEX        crla_promotion_id_idx               ON cart_line_item_adjustment (promotion_id);

COMMENT ON TABLE cart_line_item_adjustment IS
'Discount applied to a cart line.
module: 05 Cart';
COMMENT ON COLUMN cart_line_item_adjustment.cart_line_item_id IS 'ref: cart_line_item.id';
COMMENT ON COLUMN cart_line_item_adjustment.promotion_id      IS 'ref: promotion.id';
COMMENT ON COLUMN cart_line_item_adjustment.currency_code     IS 'ref: currency.code';
COMMENT ON COLUMN cart_line_item_adjustment.provider_code     IS 'Code of the service that computed it.';
COMMENT ON COLUMN cart_line_item_adjustment.position          IS 'Order within the parent, from 1.';

CREATE TABLE cart_shipping_method (
  id                  TEXT        CONSTRAINT crsm_pkey PRIMARY KEY CONSTRAINT crsm_id_check CHECK (id LIKE 'crsm\_%'),
  cart_id             TEXT        NOT NULL,
  shipping_option_id  TEXT,
  name                TEXT        NOT NULL,
  currency_code       TEXT        NOT NULL,
  amount              NUMERIC     NOT NULL,
  raw_amount          JSONB       NOT NULL,
  CONSTRAINT crsm_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  discount_total      NUMERIC,
  raw_discount_total  JSONB,
  CONSTRAINT crsm_discount_total_check CHECK ((discount_total IS NULL) = (raw_discount_total IS NULL)),
  tax_lines           JSONB,
  data                JSONB,
  is_tax_inclusive    BOOLEAN     NOT NULL DEFAULT false,
  position            INTEGER     NOT NULL DEFAULT 1,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT crsm_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crsm_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crsm_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX crsm_cart_id_position_key   ON cart_shipping_method (cart_id, position);
CREATE INDEX        crsm_shipping_option_id_idx ON cart_shipping_method (shipping_option_id);

COMMENT ON TABLE cart_shipping_method IS
'Chosen shipping method of a cart, with its discounts and tax snapshot.
module: 05 Cart';
COMMENT ON COLUMN cart_shipping_method.cart_id            IS 'ref: cart.id';
COMMENT ON COLUMN cart_shipping_method.shipping_option_id IS 'ref: shipping_option.id';
COMMENT ON COLUMN cart_shipping_method.currency_code      IS 'ref: currency.code';
COMMENT ON COLUMN cart_shipping_method.tax_lines          IS 'Snapshot of the computed tax lines.';
COMMENT ON COLUMN cart_shipping_method.data               IS 'What the provider returned, as it came.';
COMMENT ON COLUMN cart_shipping_method.is_tax_inclusive   IS 'Amounts include tax.';
COMMENT ON COLUMN cart_shipping_method.position           IS 'Order within the parent, from 1.';

-- migrate:down

DROP TABLE cart_shipping_method;
DROP TABLE cart_line_item_adjustment;
DROP TABLE cart_line_item;
DROP TABLE cart_address;
DROP TABLE cart;
