-- Module 14, Links (links): 24 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE link_product_sales_channel (
  id                TEXT        CONSTRAINT lpsc_pkey PRIMARY KEY CONSTRAINT lpsc_id_check CHECK (id LIKE 'lpsc\_%'),
  product_id        TEXT        NOT NULL,
  sales_channel_id  TEXT        NOT NULL,
  publish_ts        TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lpsc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpsc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpsc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX lpsc_product_id_sales_channel_id_key ON link_product_sales_channel (product_id, sales_channel_id);
CREATE INDEX        lpsc_sales_channel_id_idx            ON link_product_sales_channel (sales_channel_id);

COMMENT ON TABLE link_product_sales_channel IS
'Product published on a sales channel.
module: 14 Links';
COMMENT ON COLUMN link_product_sales_channel.product_id       IS 'ref: product.id';
COMMENT ON COLUMN link_product_sales_channel.sales_channel_id IS 'ref: sales_channel.id';

CREATE TABLE link_product_product_tag (
  id              TEXT        CONSTRAINT lppt_pkey PRIMARY KEY CONSTRAINT lppt_id_check CHECK (id LIKE 'lppt\_%'),
  product_id      TEXT        NOT NULL,
  product_tag_id  TEXT        NOT NULL,
  link_source     TEXT        NOT NULL DEFAULT 'shopify'
    CONSTRAINT lppt_link_source_check CHECK (link_source IN ('shopify', 'manual', 'import')),
  status          JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lppt_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lppt_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lppt_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts       TIMESTAMPTZ
);

CREATE UNIQUE INDEX lppt_product_id_product_tag_id_key ON link_product_product_tag (product_id, product_tag_id);
CREATE INDEX        lppt_product_tag_id_idx            ON link_product_product_tag (product_tag_id);

COMMENT ON TABLE link_product_product_tag IS
'Product carries tag.
module: 14 Links';
COMMENT ON COLUMN link_product_product_tag.product_id     IS 'ref: product.id';
COMMENT ON COLUMN link_product_product_tag.product_tag_id IS 'ref: product_tag.id';

CREATE TABLE link_product_product_category (
  id                   TEXT        CONSTRAINT lppc_pkey PRIMARY KEY CONSTRAINT lppc_id_check CHECK (id LIKE 'lppc\_%'),
  product_id           TEXT        NOT NULL,
  product_category_id  TEXT        NOT NULL,
  position             INTEGER     NOT NULL DEFAULT 0,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lppc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lppc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lppc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX lppc_product_id_product_category_id_key ON link_product_product_category (product_id, product_category_id);
CREATE INDEX        lppc_product_category_id_idx            ON link_product_product_category (product_category_id);

COMMENT ON TABLE link_product_product_category IS
'Product belongs to a category or tag group.
module: 14 Links';
COMMENT ON COLUMN link_product_product_category.product_id          IS 'ref: product.id';
COMMENT ON COLUMN link_product_product_category.product_category_id IS 'ref: product_category.id';
COMMENT ON COLUMN link_product_product_category.position            IS 'Order within the category.';

CREATE TABLE link_product_product_collection (
  id                     TEXT        CONSTRAINT lpcl_pkey PRIMARY KEY CONSTRAINT lpcl_id_check CHECK (id LIKE 'lpcl\_%'),
  product_id             TEXT        NOT NULL,
  product_collection_id  TEXT        NOT NULL,
  position               INTEGER     NOT NULL DEFAULT 0,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lpcl_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpcl_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpcl_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX lpcl_product_id_product_collection_id_key ON link_product_product_collection (product_id, product_collection_id);
CREATE INDEX        lpcl_product_collection_id_idx            ON link_product_product_collection (product_collection_id);

COMMENT ON TABLE link_product_product_collection IS
'Product belongs to a collection (Shopify: many to many).
module: 14 Links';
COMMENT ON COLUMN link_product_product_collection.product_id            IS 'ref: product.id';
COMMENT ON COLUMN link_product_product_collection.product_collection_id IS 'ref: product_collection.id';
COMMENT ON COLUMN link_product_product_collection.position              IS 'Order within the collection.';

CREATE TABLE link_product_category_product_tag (
  id                   TEXT        CONSTRAINT lpct_pkey PRIMARY KEY CONSTRAINT lpct_id_check CHECK (id LIKE 'lpct\_%'),
  product_category_id  TEXT        NOT NULL,
  product_tag_id       TEXT        NOT NULL,
  position             INTEGER     NOT NULL DEFAULT 0,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lpct_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpct_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpct_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX lpct_product_category_id_product_tag_id_key ON link_product_category_product_tag (product_category_id, product_tag_id);
CREATE INDEX        lpct_product_tag_id_idx                     ON link_product_category_product_tag (product_tag_id);

COMMENT ON TABLE link_product_category_product_tag IS
'Tag is a member of a tag group (or of a category).
module: 14 Links';
COMMENT ON COLUMN link_product_category_product_tag.product_category_id IS 'ref: product_category.id';
COMMENT ON COLUMN link_product_category_product_tag.product_tag_id      IS 'ref: product_tag.id';
COMMENT ON COLUMN link_product_category_product_tag.position            IS 'Order within the group.';

CREATE TABLE link_product_macrodata_artifact (
  id                     TEXT        CONSTRAINT lpma_pkey PRIMARY KEY CONSTRAINT lpma_id_check CHECK (id LIKE 'lpma\_%'),
  product_id             TEXT        NOT NULL,
  macrodata_artifact_id  TEXT        NOT NULL,
  link_role              TEXT        NOT NULL DEFAULT 'design_asset'
    CONSTRAINT lpma_link_role_check CHECK (link_role IN (
      'design_asset', 'mockup', 'print_file', 'combo_member', 'assignment', 'suggestion', 'source')),
  match_method           TEXT        NOT NULL DEFAULT 'manual'
    CONSTRAINT lpma_match_method_check CHECK (match_method IN (
      'filename', 'manual', 'import', 'metafield', 'generated')),
  position               INTEGER     NOT NULL DEFAULT 0,
  is_primary             BOOLEAN     NOT NULL DEFAULT false,
  metafield_gid          TEXT,
  metafield_key          TEXT,
  metafield_digest       TEXT,
  metafield_write_ts     TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT lpma_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Synced', 'Failed', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpma_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpma_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX lpma_product_id_macrodata_artifact_id_link_role_key ON link_product_macrodata_artifact (product_id, macrodata_artifact_id, link_role);
CREATE INDEX        lpma_macrodata_artifact_id_link_role_idx            ON link_product_macrodata_artifact (macrodata_artifact_id, link_role);
CREATE INDEX        lpma_product_id_link_role_idx                       ON link_product_macrodata_artifact (product_id, link_role) WHERE delete_ts IS NULL;

COMMENT ON TABLE link_product_macrodata_artifact IS
'Artifact denotes or concerns a product; the old denotation_relation / product_asset_mappings.
module: 14 Links
note: phase tells whether Shopify''s metafield holds this asset: Pending until metafieldsSet succeeds.';
COMMENT ON COLUMN link_product_macrodata_artifact.product_id            IS 'ref: product.id';
COMMENT ON COLUMN link_product_macrodata_artifact.macrodata_artifact_id IS 'ref: macrodata_artifact.id';
COMMENT ON COLUMN link_product_macrodata_artifact.match_method          IS 'How asset and product were matched.';
COMMENT ON COLUMN link_product_macrodata_artifact.position              IS 'Order among the product''s artifacts of the role.';
COMMENT ON COLUMN link_product_macrodata_artifact.metafield_gid         IS 'Id of Shopify''s metafield that holds the asset.';
COMMENT ON COLUMN link_product_macrodata_artifact.metafield_key         IS 'namespace.key of the metafield.';
COMMENT ON COLUMN link_product_macrodata_artifact.metafield_digest      IS 'compareDigest of the last write, which the next one must match.';

CREATE TABLE link_product_tag_macrodata_artifact (
  id                     TEXT        CONSTRAINT ltma_pkey PRIMARY KEY CONSTRAINT ltma_id_check CHECK (id LIKE 'ltma\_%'),
  product_tag_id         TEXT        NOT NULL,
  macrodata_artifact_id  TEXT        NOT NULL,
  combo_role             TEXT        NOT NULL DEFAULT 'member'
    CONSTRAINT ltma_combo_role_check CHECK (combo_role IN ('member', 'base', 'modifier', 'excluded')),
  position               INTEGER     NOT NULL DEFAULT 0,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ltma_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ltma_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ltma_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX ltma_product_tag_id_macrodata_artifact_id_key ON link_product_tag_macrodata_artifact (product_tag_id, macrodata_artifact_id);
CREATE INDEX        ltma_macrodata_artifact_id_idx                ON link_product_tag_macrodata_artifact (macrodata_artifact_id);

COMMENT ON TABLE link_product_tag_macrodata_artifact IS
'Tag taking part in a combo (report, template, suggestion).
module: 14 Links';
COMMENT ON COLUMN link_product_tag_macrodata_artifact.product_tag_id        IS 'ref: product_tag.id';
COMMENT ON COLUMN link_product_tag_macrodata_artifact.macrodata_artifact_id IS 'ref: macrodata_artifact.id';
COMMENT ON COLUMN link_product_tag_macrodata_artifact.position              IS 'Order within the combo.';

CREATE TABLE link_product_variant_inventory_item (
  id                  TEXT        CONSTRAINT lvii_pkey PRIMARY KEY CONSTRAINT lvii_id_check CHECK (id LIKE 'lvii\_%'),
  product_variant_id  TEXT        NOT NULL,
  inventory_item_id   TEXT        NOT NULL,
  required_quantity   INTEGER     NOT NULL DEFAULT 1,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lvii_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lvii_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lvii_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX lvii_product_variant_id_inventory_item_id_key ON link_product_variant_inventory_item (product_variant_id, inventory_item_id);
CREATE INDEX        lvii_inventory_item_id_idx                    ON link_product_variant_inventory_item (inventory_item_id);

COMMENT ON TABLE link_product_variant_inventory_item IS
'Inventory items a variant consumes.
module: 14 Links';
COMMENT ON COLUMN link_product_variant_inventory_item.product_variant_id IS 'ref: product_variant.id';
COMMENT ON COLUMN link_product_variant_inventory_item.inventory_item_id  IS 'ref: inventory_item.id';
COMMENT ON COLUMN link_product_variant_inventory_item.required_quantity  IS 'Units of the item in one unit of the variant.';

CREATE TABLE link_product_variant_price_set (
  id                  TEXT        CONSTRAINT lvps_pkey PRIMARY KEY CONSTRAINT lvps_id_check CHECK (id LIKE 'lvps\_%'),
  product_variant_id  TEXT        NOT NULL,
  price_set_id        TEXT        NOT NULL,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lvps_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lvps_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lvps_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX lvps_product_variant_id_price_set_id_key ON link_product_variant_price_set (product_variant_id, price_set_id);
CREATE INDEX        lvps_price_set_id_idx                    ON link_product_variant_price_set (price_set_id);

COMMENT ON TABLE link_product_variant_price_set IS
'Price set of a variant.
module: 14 Links';
COMMENT ON COLUMN link_product_variant_price_set.product_variant_id IS 'ref: product_variant.id';
COMMENT ON COLUMN link_product_variant_price_set.price_set_id       IS 'ref: price_set.id';

CREATE TABLE link_shipping_option_price_set (
  id                  TEXT        CONSTRAINT lsps_pkey PRIMARY KEY CONSTRAINT lsps_id_check CHECK (id LIKE 'lsps\_%'),
  shipping_option_id  TEXT        NOT NULL,
  price_set_id        TEXT        NOT NULL,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lsps_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lsps_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lsps_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX lsps_shipping_option_id_price_set_id_key ON link_shipping_option_price_set (shipping_option_id, price_set_id);
CREATE INDEX        lsps_price_set_id_idx                    ON link_shipping_option_price_set (price_set_id);

COMMENT ON TABLE link_shipping_option_price_set IS
'Price set of a shipping option.
module: 14 Links';
COMMENT ON COLUMN link_shipping_option_price_set.shipping_option_id IS 'ref: shipping_option.id';
COMMENT ON COLUMN link_shipping_option_price_set.price_set_id       IS 'ref: price_set.id';

CREATE TABLE link_region_payment_provider (
  id                   TEXT        CONSTRAINT lrpp_pkey PRIMARY KEY CONSTRAINT lrpp_id_check CHECK (id LIKE 'lrpp\_%'),
  region_id            TEXT        NOT NULL,
  payment_provider_id  TEXT        NOT NULL,
  rank                 INTEGER     NOT NULL DEFAULT 0,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lrpp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lrpp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lrpp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX lrpp_region_id_payment_provider_id_key ON link_region_payment_provider (region_id, payment_provider_id);
CREATE INDEX        lrpp_payment_provider_id_idx           ON link_region_payment_provider (payment_provider_id);

COMMENT ON TABLE link_region_payment_provider IS
'Payment provider offered in a region.
module: 14 Links';
COMMENT ON COLUMN link_region_payment_provider.region_id           IS 'ref: region.id';
COMMENT ON COLUMN link_region_payment_provider.payment_provider_id IS 'ref: payment_provider.id';
COMMENT ON COLUMN link_region_payment_provider.rank                IS 'Sort order, lowest first.';

CREATE TABLE link_sales_channel_stock_location (
  id                 TEXT        CONSTRAINT lcsl_pkey PRIMARY KEY CONSTRAINT lcsl_id_check CHECK (id LIKE 'lcsl\_%'),
  sales_channel_id   TEXT        NOT NULL,
  stock_location_id  TEXT        NOT NULL,
  rank               INTEGER     NOT NULL DEFAULT 0,
  status             JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lcsl_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lcsl_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lcsl_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts          TIMESTAMPTZ
);

CREATE UNIQUE INDEX lcsl_sales_channel_id_stock_location_id_key ON link_sales_channel_stock_location (sales_channel_id, stock_location_id);
CREATE INDEX        lcsl_stock_location_id_idx                  ON link_sales_channel_stock_location (stock_location_id);

COMMENT ON TABLE link_sales_channel_stock_location IS
'Location that serves a sales channel.
module: 14 Links';
COMMENT ON COLUMN link_sales_channel_stock_location.sales_channel_id  IS 'ref: sales_channel.id';
COMMENT ON COLUMN link_sales_channel_stock_location.stock_location_id IS 'ref: stock_location.id';
COMMENT ON COLUMN link_sales_channel_stock_location.rank              IS 'Sort order, lowest first.';

CREATE TABLE link_stock_location_fulfillment_set (
  id                  TEXT        CONSTRAINT lsfs_pkey PRIMARY KEY CONSTRAINT lsfs_id_check CHECK (id LIKE 'lsfs\_%'),
  stock_location_id   TEXT        NOT NULL,
  fulfillment_set_id  TEXT        NOT NULL,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lsfs_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lsfs_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lsfs_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX lsfs_stock_location_id_fulfillment_set_id_key ON link_stock_location_fulfillment_set (stock_location_id, fulfillment_set_id);
CREATE INDEX        lsfs_fulfillment_set_id_idx                   ON link_stock_location_fulfillment_set (fulfillment_set_id);

COMMENT ON TABLE link_stock_location_fulfillment_set IS
'Fulfillment set served from a location.
module: 14 Links';
COMMENT ON COLUMN link_stock_location_fulfillment_set.stock_location_id  IS 'ref: stock_location.id';
COMMENT ON COLUMN link_stock_location_fulfillment_set.fulfillment_set_id IS 'ref: fulfillment_set.id';

CREATE TABLE link_stock_location_fulfillment_provider (
  id                       TEXT        CONSTRAINT lsfp_pkey PRIMARY KEY CONSTRAINT lsfp_id_check CHECK (id LIKE 'lsfp\_%'),
  stock_location_id        TEXT        NOT NULL,
  fulfillment_provider_id  TEXT        NOT NULL,
  status                   JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lsfp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lsfp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lsfp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                TIMESTAMPTZ
);

CREATE UNIQUE INDEX lsfp_stock_location_id_fulfillment_provider_id_key ON link_stock_location_fulfillment_provider (stock_location_id, fulfillment_provider_id);
CREATE INDEX        lsfp_fulfillment_provider_id_idx                   ON link_stock_location_fulfillment_provider (fulfillment_provider_id);

COMMENT ON TABLE link_stock_location_fulfillment_provider IS
'Fulfillment provider usable at a location.
module: 14 Links';
COMMENT ON COLUMN link_stock_location_fulfillment_provider.stock_location_id       IS 'ref: stock_location.id';
COMMENT ON COLUMN link_stock_location_fulfillment_provider.fulfillment_provider_id IS 'ref: fulfillment_provider.id';

CREATE TABLE link_cart_promotion (
  id            TEXT        CONSTRAINT lcpr_pkey PRIMARY KEY CONSTRAINT lcpr_id_check CHECK (id LIKE 'lcpr\_%'),
  cart_id       TEXT        NOT NULL,
  promotion_id  TEXT        NOT NULL,
  code          TEXT,
  status        JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lcpr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lcpr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lcpr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts     TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts     TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts     TIMESTAMPTZ
);

CREATE UNIQUE INDEX lcpr_cart_id_promotion_id_key ON link_cart_promotion (cart_id, promotion_id);
CREATE INDEX        lcpr_promotion_id_idx         ON link_cart_promotion (promotion_id);

COMMENT ON TABLE link_cart_promotion IS
'Promotion applied to a cart.
module: 14 Links';
COMMENT ON COLUMN link_cart_promotion.cart_id      IS 'ref: cart.id';
COMMENT ON COLUMN link_cart_promotion.promotion_id IS 'ref: promotion.id';

CREATE TABLE link_cart_payment_collection (
  id                     TEXT        CONSTRAINT lcpc_pkey PRIMARY KEY CONSTRAINT lcpc_id_check CHECK (id LIKE 'lcpc\_%'),
  cart_id                TEXT        NOT NULL,
  payment_collection_id  TEXT        NOT NULL,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lcpc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lcpc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lcpc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX lcpc_cart_id_payment_collection_id_key ON link_cart_payment_collection (cart_id, payment_collection_id);
CREATE INDEX        lcpc_payment_collection_id_idx         ON link_cart_payment_collection (payment_collection_id);

COMMENT ON TABLE link_cart_payment_collection IS
'Payment collection of a cart.
module: 14 Links';
COMMENT ON COLUMN link_cart_payment_collection.cart_id               IS 'ref: cart.id';
COMMENT ON COLUMN link_cart_payment_collection.payment_collection_id IS 'ref: payment_collection.id';

CREATE TABLE link_order_header_promotion (
  id               TEXT        CONSTRAINT lopr_pkey PRIMARY KEY CONSTRAINT lopr_id_check CHECK (id LIKE 'lopr\_%'),
  order_header_id  TEXT        NOT NULL,
  promotion_id     TEXT        NOT NULL,
  code             TEXT,
  currency_code    TEXT,
  amount           NUMERIC,
  raw_amount       JSONB,
  CONSTRAINT lopr_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  status           JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lopr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lopr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations      JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lopr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts        TIMESTAMPTZ
);

CREATE UNIQUE INDEX lopr_order_header_id_promotion_id_key ON link_order_header_promotion (order_header_id, promotion_id);
CREATE INDEX        lopr_promotion_id_idx                 ON link_order_header_promotion (promotion_id);

COMMENT ON TABLE link_order_header_promotion IS
'Promotion used by an order.
module: 14 Links';
COMMENT ON COLUMN link_order_header_promotion.order_header_id IS 'ref: order_header.id';
COMMENT ON COLUMN link_order_header_promotion.promotion_id    IS 'ref: promotion.id';
COMMENT ON COLUMN link_order_header_promotion.currency_code   IS 'ref: currency.code';

CREATE TABLE link_order_header_payment_collection (
  id                     TEXT        CONSTRAINT lopc_pkey PRIMARY KEY CONSTRAINT lopc_id_check CHECK (id LIKE 'lopc\_%'),
  order_header_id        TEXT        NOT NULL,
  payment_collection_id  TEXT        NOT NULL,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lopc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lopc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lopc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX lopc_order_header_id_payment_collection_id_key ON link_order_header_payment_collection (order_header_id, payment_collection_id);
CREATE INDEX        lopc_payment_collection_id_idx                 ON link_order_header_payment_collection (payment_collection_id);

COMMENT ON TABLE link_order_header_payment_collection IS
'Payment collection of an order.
module: 14 Links';
COMMENT ON COLUMN link_order_header_payment_collection.order_header_id       IS 'ref: order_header.id';
COMMENT ON COLUMN link_order_header_payment_collection.payment_collection_id IS 'ref: payment_collection.id';

CREATE TABLE link_order_header_fulfillment (
  id               TEXT        CONSTRAINT lofu_pkey PRIMARY KEY CONSTRAINT lofu_id_check CHECK (id LIKE 'lofu\_%'),
  order_header_id  TEXT        NOT NULL,
  fulfillment_id   TEXT        NOT NULL,
  status           JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lofu_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lofu_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations      JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lofu_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts        TIMESTAMPTZ
);

CREATE UNIQUE INDEX lofu_order_header_id_fulfillment_id_key ON link_order_header_fulfillment (order_header_id, fulfillment_id);
CREATE INDEX        lofu_fulfillment_id_idx                 ON link_order_header_fulfillment (fulfillment_id);

COMMENT ON TABLE link_order_header_fulfillment IS
'Fulfillment of an order.
module: 14 Links';
COMMENT ON COLUMN link_order_header_fulfillment.order_header_id IS 'ref: order_header.id';
COMMENT ON COLUMN link_order_header_fulfillment.fulfillment_id  IS 'ref: fulfillment.id';

CREATE TABLE link_return_header_fulfillment (
  id                TEXT        CONSTRAINT lrfu_pkey PRIMARY KEY CONSTRAINT lrfu_id_check CHECK (id LIKE 'lrfu\_%'),
  return_header_id  TEXT        NOT NULL,
  fulfillment_id    TEXT        NOT NULL,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lrfu_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lrfu_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lrfu_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX lrfu_return_header_id_fulfillment_id_key ON link_return_header_fulfillment (return_header_id, fulfillment_id);
CREATE INDEX        lrfu_fulfillment_id_idx                  ON link_return_header_fulfillment (fulfillment_id);

COMMENT ON TABLE link_return_header_fulfillment IS
'Return shipment of a return.
module: 14 Links';
COMMENT ON COLUMN link_return_header_fulfillment.return_header_id IS 'ref: return_header.id';
COMMENT ON COLUMN link_return_header_fulfillment.fulfillment_id   IS 'ref: fulfillment.id';

CREATE TABLE link_publication_item_product (
  id                   TEXT        CONSTRAINT lipr_pkey PRIMARY KEY CONSTRAINT lipr_id_check CHECK (id LIKE 'lipr\_%'),
  publication_item_id  TEXT        NOT NULL,
  product_id           TEXT        NOT NULL,
  product_variant_id   TEXT,
  position             INTEGER     NOT NULL DEFAULT 0,
  is_primary           BOOLEAN     NOT NULL DEFAULT false,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lipr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lipr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lipr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX lipr_publication_item_id_product_id_key ON link_publication_item_product (publication_item_id, product_id);
CREATE INDEX        lipr_product_id_idx                     ON link_publication_item_product (product_id);
CREATE INDEX        lipr_product_variant_id_idx             ON link_publication_item_product (product_variant_id);

COMMENT ON TABLE link_publication_item_product IS
'Product featured by a publication item.
module: 14 Links';
COMMENT ON COLUMN link_publication_item_product.publication_item_id IS 'ref: publication_item.id';
COMMENT ON COLUMN link_publication_item_product.product_id          IS 'ref: product.id';
COMMENT ON COLUMN link_publication_item_product.product_variant_id  IS 'ref: product_variant.id';
COMMENT ON COLUMN link_publication_item_product.position            IS 'Order within the item.';

CREATE TABLE link_publisher_promotion (
  id             TEXT        CONSTRAINT lpup_pkey PRIMARY KEY CONSTRAINT lpup_id_check CHECK (id LIKE 'lpup\_%'),
  publisher_id   TEXT        NOT NULL,
  promotion_id   TEXT        NOT NULL,
  membership_id  TEXT,
  start_ts       TIMESTAMPTZ,
  end_ts         TIMESTAMPTZ,
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lpup_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpup_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpup_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ
);

CREATE UNIQUE INDEX lpup_publisher_id_promotion_id_key ON link_publisher_promotion (publisher_id, promotion_id);
CREATE INDEX        lpup_promotion_id_idx              ON link_publisher_promotion (promotion_id);
CREATE INDEX        lpup_membership_id_idx             ON link_publisher_promotion (membership_id);

COMMENT ON TABLE link_publisher_promotion IS
'Discount code owned by a publisher: attribution without a click.
module: 14 Links';
COMMENT ON COLUMN link_publisher_promotion.publisher_id  IS 'ref: publisher.id';
COMMENT ON COLUMN link_publisher_promotion.promotion_id  IS 'ref: promotion.id';
COMMENT ON COLUMN link_publisher_promotion.membership_id IS 'ref: membership.id';

CREATE TABLE link_publisher_principal (
  id                   TEXT        CONSTRAINT lpub_pkey PRIMARY KEY CONSTRAINT lpub_id_check CHECK (id LIKE 'lpub\_%'),
  publisher_id         TEXT        NOT NULL,
  principal_id         TEXT        NOT NULL,
  member_role          TEXT        NOT NULL DEFAULT 'owner'
    CONSTRAINT lpub_member_role_check CHECK (member_role IN ('owner', 'manager', 'analyst', 'finance')),
  invite_principal_id  TEXT,
  invite_ts            TIMESTAMPTZ,
  accept_ts            TIMESTAMPTZ,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Invited","conditions":[]}'
    CONSTRAINT lpub_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Invited', 'Active', 'Revoked')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpub_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lpub_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX lpub_publisher_id_principal_id_key ON link_publisher_principal (publisher_id, principal_id);
CREATE INDEX        lpub_principal_id_idx              ON link_publisher_principal (principal_id);

COMMENT ON TABLE link_publisher_principal IS
'Person acting for a publisher account.
module: 14 Links';
COMMENT ON COLUMN link_publisher_principal.publisher_id        IS 'ref: publisher.id';
COMMENT ON COLUMN link_publisher_principal.principal_id        IS 'ref: principal.id';
COMMENT ON COLUMN link_publisher_principal.invite_principal_id IS 'ref: principal.id — who invited';

CREATE TABLE link_commission_ledger_transaction (
  id                     TEXT        CONSTRAINT lclt_pkey PRIMARY KEY CONSTRAINT lclt_id_check CHECK (id LIKE 'lclt\_%'),
  commission_id          TEXT        NOT NULL,
  ledger_transaction_id  TEXT        NOT NULL,
  posting_role           TEXT        NOT NULL
    CONSTRAINT lclt_posting_role_check CHECK (posting_role IN (
      'accrual', 'release', 'payout', 'reversal', 'adjustment')),
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lclt_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lclt_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lclt_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX lclt_commission_id_ledger_transaction_id_key ON link_commission_ledger_transaction (commission_id, ledger_transaction_id);
CREATE INDEX        lclt_ledger_transaction_id_idx               ON link_commission_ledger_transaction (ledger_transaction_id);

COMMENT ON TABLE link_commission_ledger_transaction IS
'Ledger transaction that accrued, released, paid or reversed a commission.
module: 14 Links';
COMMENT ON COLUMN link_commission_ledger_transaction.commission_id         IS 'ref: commission.id';
COMMENT ON COLUMN link_commission_ledger_transaction.ledger_transaction_id IS 'ref: ledger_transaction.id';

-- migrate:down

DROP TABLE link_commission_ledger_transaction;
DROP TABLE link_publisher_principal;
DROP TABLE link_publisher_promotion;
DROP TABLE link_publication_item_product;
DROP TABLE link_return_header_fulfillment;
DROP TABLE link_order_header_fulfillment;
DROP TABLE link_order_header_payment_collection;
DROP TABLE link_order_header_promotion;
DROP TABLE link_cart_payment_collection;
DROP TABLE link_cart_promotion;
DROP TABLE link_stock_location_fulfillment_provider;
DROP TABLE link_stock_location_fulfillment_set;
DROP TABLE link_sales_channel_stock_location;
DROP TABLE link_region_payment_provider;
DROP TABLE link_shipping_option_price_set;
DROP TABLE link_product_variant_price_set;
DROP TABLE link_product_variant_inventory_item;
DROP TABLE link_product_tag_macrodata_artifact;
DROP TABLE link_product_macrodata_artifact;
DROP TABLE link_product_category_product_tag;
DROP TABLE link_product_product_collection;
DROP TABLE link_product_product_category;
DROP TABLE link_product_product_tag;
DROP TABLE link_product_sales_channel;
