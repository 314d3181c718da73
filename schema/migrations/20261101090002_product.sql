-- Module 02, Product (commerce core): 10 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE product (
  id                        TEXT        CONSTRAINT prd_pkey PRIMARY KEY CONSTRAINT prd_id_check CHECK (id LIKE 'prd\_%'),
  shopify_gid               TEXT        CONSTRAINT prd_shopify_gid_key UNIQUE,
  store_id                  TEXT        NOT NULL,
  shopify_legacy_id         BIGINT,
  external_id               TEXT,
  title                     TEXT        NOT NULL,
  subtitle                  TEXT,
  handle                    TEXT        NOT NULL,
  description               TEXT,
  description_html          TEXT,
  vendor                    TEXT,
  product_type_id           TEXT,
  product_collection_id     TEXT,
  tag_values                TEXT[]      NOT NULL DEFAULT '{}',
  taxonomy_gid              TEXT,
  featured_image_url        TEXT,
  online_store_url          TEXT,
  seo                       JSONB       NOT NULL DEFAULT '{}',
  currency_code             TEXT,
  min_price                 NUMERIC,
  raw_min_price             JSONB,
  CONSTRAINT prd_min_price_check CHECK ((min_price IS NULL) = (raw_min_price IS NULL)),
  max_price                 NUMERIC,
  raw_max_price             JSONB,
  CONSTRAINT prd_max_price_check CHECK ((max_price IS NULL) = (raw_max_price IS NULL)),
  total_inventory           INTEGER,
  variant_count             BIGINT      NOT NULL DEFAULT 0 CONSTRAINT prd_variant_count_check CHECK (variant_count >= 0),
  is_gift_card              BOOLEAN     NOT NULL DEFAULT false,
  is_discountable           BOOLEAN     NOT NULL DEFAULT true,
  has_only_default_variant  BOOLEAN     NOT NULL DEFAULT false,
  origin_country_code       TEXT,
  hs_code                   TEXT,
  mid_code                  TEXT,
  material                  TEXT,
  weight                    NUMERIC,
  length                    NUMERIC,
  width                     NUMERIC,
  height                    NUMERIC,
  publish_ts                TIMESTAMPTZ,
  source_create_ts          TIMESTAMPTZ,
  source_update_ts          TIMESTAMPTZ,
  sync_ts                   TIMESTAMPTZ,
  status                    JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT prd_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Proposed', 'Active', 'Unlisted', 'Archived', 'Rejected', 'Unknown')),
  labels                    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prd_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prd_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                 TIMESTAMPTZ
);

CREATE UNIQUE INDEX prd_store_id_handle_key        ON product (store_id, handle) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        prd_store_id_handle_idx        ON product (store_id, handle);
CREATE INDEX        prd_phase_source_update_ts_idx ON product ((status->>'phase'), source_update_ts DESC);
CREATE INDEX        prd_source_update_ts_id_idx    ON product (source_update_ts, id);
CREATE INDEX        prd_publish_ts_idx             ON product (publish_ts DESC);
CREATE INDEX        prd_vendor_idx                 ON product (vendor);
CREATE INDEX        prd_lower_title_idx            ON product (lower(title));
CREATE INDEX        prd_shopify_legacy_id_idx      ON product (shopify_legacy_id);
CREATE INDEX        prd_tag_values_gin             ON product USING gin (tag_values);
CREATE INDEX        prd_labels_gin                 ON product USING gin (labels);
CREATE INDEX        prd_product_type_id_idx        ON product (product_type_id);
CREATE INDEX        prd_product_collection_id_idx  ON product (product_collection_id);

COMMENT ON TABLE product IS
'Sellable product, mirrored from Shopify; the old material_artifact / dim_products.
module: 02 Product
mirror: Product
note: tag_values is Shopify''s list as received; link_product_product_tag is the resolved membership and the one
  queries join. product_collection_id is the primary collection; all memberships are in
  link_product_product_collection.';
COMMENT ON COLUMN product.store_id                 IS 'ref: store.id';
COMMENT ON COLUMN product.shopify_legacy_id        IS 'Numeric id of Shopify''s REST era (legacyResourceId).';
COMMENT ON COLUMN product.external_id              IS 'Id in the other system.';
COMMENT ON COLUMN product.product_type_id          IS 'ref: product_type.id';
COMMENT ON COLUMN product.product_collection_id    IS 'ref: product_collection.id — primary collection; all memberships are in link_product_product_collection';
COMMENT ON COLUMN product.tag_values               IS 'Shopify''s list as received; link_product_product_tag is the resolved membership.';
COMMENT ON COLUMN product.taxonomy_gid             IS 'Id in Shopify''s standard product taxonomy.';
COMMENT ON COLUMN product.seo                      IS 'Title and description for search engines.';
COMMENT ON COLUMN product.currency_code            IS 'ref: currency.code';
COMMENT ON COLUMN product.min_price                IS 'Lowest price of its variants (priceRangeV2).';
COMMENT ON COLUMN product.max_price                IS 'Highest price of its variants (priceRangeV2).';
COMMENT ON COLUMN product.total_inventory          IS 'Shopify''s sum over tracked variants; may be negative.';
COMMENT ON COLUMN product.has_only_default_variant IS 'The product has no options of its own.';
COMMENT ON COLUMN product.origin_country_code      IS 'ref: region_country.iso_2 — of origin, for customs';
COMMENT ON COLUMN product.hs_code                  IS 'Harmonized System code for customs.';
COMMENT ON COLUMN product.mid_code                 IS 'Manufacturer identification code for customs.';
COMMENT ON COLUMN product.weight                   IS 'Kilograms.';
COMMENT ON COLUMN product.length                   IS 'Centimetres.';
COMMENT ON COLUMN product.width                    IS 'Centimetres.';
COMMENT ON COLUMN product.height                   IS 'Centimetres.';

CREATE TABLE product_variant (
  id                     TEXT        CONSTRAINT var_pkey PRIMARY KEY CONSTRAINT var_id_check CHECK (id LIKE 'var\_%'),
  shopify_gid            TEXT        CONSTRAINT var_shopify_gid_key UNIQUE,
  product_id             TEXT        NOT NULL,
  shopify_legacy_id      BIGINT,
  title                  TEXT        NOT NULL,
  sku                    TEXT,
  barcode                TEXT,
  ean                    TEXT,
  upc                    TEXT,
  position               INTEGER     NOT NULL DEFAULT 1,
  price                  NUMERIC,
  raw_price              JSONB,
  CONSTRAINT var_price_check CHECK ((price IS NULL) = (raw_price IS NULL)),
  compare_at_price       NUMERIC,
  raw_compare_at_price   JSONB,
  CONSTRAINT var_compare_at_price_check CHECK ((compare_at_price IS NULL) = (raw_compare_at_price IS NULL)),
  currency_code          TEXT,
  inventory_policy       TEXT        NOT NULL DEFAULT 'deny'
    CONSTRAINT var_inventory_policy_check CHECK (inventory_policy IN ('deny', 'continue', 'unknown')),
  inventory_quantity     INTEGER,
  is_inventory_managed   BOOLEAN     NOT NULL DEFAULT true,
  is_backorder_allowed   BOOLEAN     NOT NULL DEFAULT false,
  is_available_for_sale  BOOLEAN     NOT NULL DEFAULT false,
  is_taxable             BOOLEAN     NOT NULL DEFAULT true,
  requires_shipping      BOOLEAN     NOT NULL DEFAULT true,
  tax_code               TEXT,
  option_values          JSONB       NOT NULL DEFAULT '{}',
  product_image_id       TEXT,
  origin_country_code    TEXT,
  hs_code                TEXT,
  mid_code               TEXT,
  material               TEXT,
  weight                 NUMERIC,
  length                 NUMERIC,
  width                  NUMERIC,
  height                 NUMERIC,
  source_create_ts       TIMESTAMPTZ,
  source_update_ts       TIMESTAMPTZ,
  sync_ts                TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT var_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT var_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT var_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX var_product_id_position_idx ON product_variant (product_id, position);
CREATE INDEX var_sku_idx                 ON product_variant (sku);
CREATE INDEX var_barcode_idx             ON product_variant (barcode);
CREATE INDEX var_source_update_ts_id_idx ON product_variant (source_update_ts, id);
CREATE INDEX var_product_image_id_idx    ON product_variant (product_image_id);

COMMENT ON TABLE product_variant IS
'Purchasable variant of a product.
module: 02 Product
mirror: ProductVariant
note: sku is not unique (Shopify allows duplicates). price is Shopify''s list price; module 03 prices reach it by
  link_product_variant_price_set. option_values is a read snapshot of product_variant_option.';
COMMENT ON COLUMN product_variant.product_id          IS 'ref: product.id';
COMMENT ON COLUMN product_variant.shopify_legacy_id   IS 'Numeric id of Shopify''s REST era (legacyResourceId).';
COMMENT ON COLUMN product_variant.barcode             IS 'GTIN, EAN, UPC or ISBN as entered.';
COMMENT ON COLUMN product_variant.position            IS 'Order within the parent, from 1.';
COMMENT ON COLUMN product_variant.price               IS 'Shopify''s list price, in the store''s default currency.';
COMMENT ON COLUMN product_variant.compare_at_price    IS 'Former price that the storefront strikes through.';
COMMENT ON COLUMN product_variant.currency_code       IS 'ref: currency.code';
COMMENT ON COLUMN product_variant.inventory_policy    IS 'Whether it sells below zero stock.';
COMMENT ON COLUMN product_variant.inventory_quantity  IS 'Shopify''s quantity over all locations; may be negative.';
COMMENT ON COLUMN product_variant.option_values       IS 'Read snapshot of product_variant_option: option name to value.';
COMMENT ON COLUMN product_variant.product_image_id    IS 'ref: product_image.id';
COMMENT ON COLUMN product_variant.origin_country_code IS 'ref: region_country.iso_2 — of origin, for customs';
COMMENT ON COLUMN product_variant.hs_code             IS 'Harmonized System code for customs.';
COMMENT ON COLUMN product_variant.mid_code            IS 'Manufacturer identification code for customs.';
COMMENT ON COLUMN product_variant.weight              IS 'Kilograms.';
COMMENT ON COLUMN product_variant.length              IS 'Centimetres.';
COMMENT ON COLUMN product_variant.width               IS 'Centimetres.';
COMMENT ON COLUMN product_variant.height              IS 'Centimetres.';

CREATE TABLE product_option (
  id                TEXT        CONSTRAINT popt_pkey PRIMARY KEY CONSTRAINT popt_id_check CHECK (id LIKE 'popt\_%'),
  shopify_gid       TEXT        CONSTRAINT popt_shopify_gid_key UNIQUE,
  product_id        TEXT        NOT NULL,
  name              TEXT        NOT NULL,
  position          INTEGER     NOT NULL DEFAULT 1,
  linked_metafield  JSONB,
  source_create_ts  TIMESTAMPTZ,
  source_update_ts  TIMESTAMPTZ,
  sync_ts           TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT popt_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT popt_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT popt_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX popt_product_id_name_key     ON product_option (product_id, name) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        popt_product_id_position_idx ON product_option (product_id, position);

COMMENT ON TABLE product_option IS
'Option axis of a product (device model, finish).
module: 02 Product
mirror: ProductOption';
COMMENT ON COLUMN product_option.product_id       IS 'ref: product.id';
COMMENT ON COLUMN product_option.position         IS 'Order within the parent, from 1.';
COMMENT ON COLUMN product_option.linked_metafield IS 'Metafield that supplies the values, if any.';

CREATE TABLE product_option_value (
  id                 TEXT        CONSTRAINT popv_pkey PRIMARY KEY CONSTRAINT popv_id_check CHECK (id LIKE 'popv\_%'),
  shopify_gid        TEXT        CONSTRAINT popv_shopify_gid_key UNIQUE,
  product_option_id  TEXT        NOT NULL,
  value              TEXT        NOT NULL,
  position           INTEGER     NOT NULL DEFAULT 1,
  swatch             JSONB,
  source_create_ts   TIMESTAMPTZ,
  source_update_ts   TIMESTAMPTZ,
  sync_ts            TIMESTAMPTZ,
  status             JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT popv_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT popv_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT popv_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts          TIMESTAMPTZ
);

CREATE UNIQUE INDEX popv_product_option_id_value_key    ON product_option_value (product_option_id, value) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        popv_product_option_id_position_idx ON product_option_value (product_option_id, position);

COMMENT ON TABLE product_option_value IS
'One value on an option axis.
module: 02 Product
mirror: ProductOptionValue';
COMMENT ON COLUMN product_option_value.product_option_id IS 'ref: product_option.id';
COMMENT ON COLUMN product_option_value.position          IS 'Order within the parent, from 1.';
COMMENT ON COLUMN product_option_value.swatch            IS 'Colour or image shown for the value.';

CREATE TABLE product_variant_option (
  id                       TEXT        CONSTRAINT pvo_pkey PRIMARY KEY CONSTRAINT pvo_id_check CHECK (id LIKE 'pvo\_%'),
  product_variant_id       TEXT        NOT NULL,
  product_option_id        TEXT        NOT NULL,
  product_option_value_id  TEXT        NOT NULL,
  status                   JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pvo_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pvo_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pvo_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                TIMESTAMPTZ
);

CREATE UNIQUE INDEX pvo_product_variant_id_product_option_id_key ON product_variant_option (product_variant_id, product_option_id);
CREATE INDEX        pvo_product_option_id_idx                    ON product_variant_option (product_option_id);
CREATE INDEX        pvo_product_option_value_id_idx              ON product_variant_option (product_option_value_id);

COMMENT ON TABLE product_variant_option IS
'Selected option of a variant: exactly one value per axis (Shopify selectedOptions).
module: 02 Product';
COMMENT ON COLUMN product_variant_option.product_variant_id      IS 'ref: product_variant.id';
COMMENT ON COLUMN product_variant_option.product_option_id       IS 'ref: product_option.id';
COMMENT ON COLUMN product_variant_option.product_option_value_id IS 'ref: product_option_value.id';

CREATE TABLE product_category (
  id                          TEXT        CONSTRAINT pcat_pkey PRIMARY KEY CONSTRAINT pcat_id_check CHECK (id LIKE 'pcat\_%'),
  category_kind               TEXT        NOT NULL DEFAULT 'taxonomy'
    CONSTRAINT pcat_category_kind_check CHECK (category_kind IN ('taxonomy', 'tag_group', 'department')),
  name                        TEXT        NOT NULL,
  handle                      TEXT        NOT NULL,
  description                 TEXT,
  parent_product_category_id  TEXT,
  path                        TEXT        NOT NULL,
  rank                        INTEGER     NOT NULL DEFAULT 0,
  color                       TEXT,
  taxonomy_gid                TEXT,
  is_active                   BOOLEAN     NOT NULL DEFAULT true,
  is_internal                 BOOLEAN     NOT NULL DEFAULT false,
  update_principal_id         TEXT,
  status                      JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pcat_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                      JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pcat_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pcat_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                   TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                   TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                   TIMESTAMPTZ
);

CREATE UNIQUE INDEX pcat_category_kind_handle_key       ON product_category (category_kind, handle) WHERE delete_ts IS NULL;
CREATE UNIQUE INDEX pcat_taxonomy_gid_key               ON product_category (taxonomy_gid) WHERE taxonomy_gid IS NOT NULL;
CREATE INDEX        pcat_category_kind_rank_idx         ON product_category (category_kind, rank);
CREATE INDEX        pcat_path_idx                       ON product_category (path);
CREATE INDEX        pcat_parent_product_category_id_idx ON product_category (parent_product_category_id);

COMMENT ON TABLE product_category IS
'Category tree and tag groups; the old information_entity_collection / tag_groups is category_kind tag_group.
module: 02 Product
note: path is the materialized id path (pcat_a.pcat_b). A tag group''s tags: link_product_category_product_tag.';
COMMENT ON COLUMN product_category.parent_product_category_id IS 'ref: product_category.id — parent';
COMMENT ON COLUMN product_category.path                       IS 'Materialized path of ids from the root, joined by dots.';
COMMENT ON COLUMN product_category.rank                       IS 'Sort order, lowest first.';
COMMENT ON COLUMN product_category.taxonomy_gid               IS 'Id in Shopify''s standard product taxonomy.';
COMMENT ON COLUMN product_category.is_internal                IS 'Not shown to customers.';
COMMENT ON COLUMN product_category.update_principal_id        IS 'ref: principal.id — who changed it last';

CREATE TABLE product_collection (
  id                TEXT        CONSTRAINT pcol_pkey PRIMARY KEY CONSTRAINT pcol_id_check CHECK (id LIKE 'pcol\_%'),
  shopify_gid       TEXT        CONSTRAINT pcol_shopify_gid_key UNIQUE,
  title             TEXT        NOT NULL,
  handle            TEXT        NOT NULL,
  description_html  TEXT,
  collection_kind   TEXT        NOT NULL DEFAULT 'manual'
    CONSTRAINT pcol_collection_kind_check CHECK (collection_kind IN ('manual', 'smart', 'native')),
  rule_set          JSONB,
  sort_order        TEXT,
  image_url         TEXT,
  product_count     BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pcol_product_count_check CHECK (product_count >= 0),
  source_create_ts  TIMESTAMPTZ,
  source_update_ts  TIMESTAMPTZ,
  sync_ts           TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pcol_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pcol_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pcol_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX pcol_handle_key ON product_collection (handle) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        pcol_handle_idx ON product_collection (handle);

COMMENT ON TABLE product_collection IS
'Merchandising collection.
module: 02 Product
mirror: Collection';
COMMENT ON COLUMN product_collection.rule_set   IS 'Shopify''s rules of a smart collection.';
COMMENT ON COLUMN product_collection.sort_order IS 'Shopify''s sort order, lower-case.';

CREATE TABLE product_type (
  id             TEXT        CONSTRAINT ptyp_pkey PRIMARY KEY CONSTRAINT ptyp_id_check CHECK (id LIKE 'ptyp\_%'),
  value          TEXT        NOT NULL,
  product_count  BIGINT      NOT NULL DEFAULT 0 CONSTRAINT ptyp_product_count_check CHECK (product_count >= 0),
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ptyp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ptyp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ptyp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ
);

CREATE UNIQUE INDEX ptyp_value_key ON product_type (value) WHERE delete_ts IS NULL;

COMMENT ON TABLE product_type IS
'Product type value (Shopify productType string).
module: 02 Product';

CREATE TABLE product_tag (
  id                         TEXT        CONSTRAINT ptag_pkey PRIMARY KEY CONSTRAINT ptag_id_check CHECK (id LIKE 'ptag\_%'),
  value                      TEXT        NOT NULL,
  normalized_value           TEXT        NOT NULL,
  classification             TEXT        NOT NULL DEFAULT 'unclassified'
    CONSTRAINT ptag_classification_check CHECK (classification IN (
      'unclassified', 'design', 'theme', 'franchise', 'style', 'color', 'audience', 'occasion', 'season', 'device',
      'material', 'campaign', 'operational', 'other')),
  classification_source      TEXT        NOT NULL DEFAULT 'none'
    CONSTRAINT ptag_classification_source_check CHECK (classification_source IN (
      'none', 'rule', 'manual', 'import', 'model')),
  classification_confidence  NUMERIC,
  description                TEXT,
  is_hidden                  BOOLEAN     NOT NULL DEFAULT false,
  product_count              BIGINT      NOT NULL DEFAULT 0 CONSTRAINT ptag_product_count_check CHECK (product_count >= 0),
  first_seen_ts              TIMESTAMPTZ,
  last_seen_ts               TIMESTAMPTZ,
  classify_ts                TIMESTAMPTZ,
  classify_principal_id      TEXT,
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ptag_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ptag_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ptag_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ,
  CONSTRAINT ptag_row_check CHECK (classification_confidence IS NULL OR classification_confidence BETWEEN 0 AND 1)
);

CREATE UNIQUE INDEX ptag_normalized_value_key             ON product_tag (normalized_value) WHERE delete_ts IS NULL;
CREATE INDEX        ptag_classification_product_count_idx ON product_tag (classification, product_count DESC);
CREATE INDEX        ptag_last_seen_ts_idx                 ON product_tag (last_seen_ts);

COMMENT ON TABLE product_tag IS
'Distinct tag with its classification; the old tag_content_entity / tag_classifications.
module: 02 Product
note: normalized_value = trimmed, NFC, lower-case value. A manual classification is never overwritten by tag
  sync.';
COMMENT ON COLUMN product_tag.normalized_value          IS 'Trimmed, NFC, lower-case value.';
COMMENT ON COLUMN product_tag.classification_source     IS 'Who classified; a manual classification is never overwritten by a sync.';
COMMENT ON COLUMN product_tag.classification_confidence IS '0 to 1; null where nothing estimated it.';
COMMENT ON COLUMN product_tag.classify_principal_id     IS 'ref: principal.id — who classified it';

CREATE TABLE product_image (
  id                     TEXT        CONSTRAINT pimg_pkey PRIMARY KEY CONSTRAINT pimg_id_check CHECK (id LIKE 'pimg\_%'),
  shopify_gid            TEXT        CONSTRAINT pimg_shopify_gid_key UNIQUE,
  product_id             TEXT        NOT NULL,
  macrodata_artifact_id  TEXT,
  url                    TEXT        NOT NULL,
  alt_text               TEXT,
  position               INTEGER     NOT NULL DEFAULT 1,
  media_kind             TEXT        NOT NULL DEFAULT 'image'
    CONSTRAINT pimg_media_kind_check CHECK (media_kind IN ('image', 'video', 'external_video', 'model_3d', 'unknown')),
  media_status           TEXT        NOT NULL DEFAULT 'ready'
    CONSTRAINT pimg_media_status_check CHECK (media_status IN (
      'uploaded', 'processing', 'ready', 'failed', 'unknown')),
  mime_type              TEXT,
  width                  INTEGER,
  height                 INTEGER,
  content_hash           TEXT,
  source_create_ts       TIMESTAMPTZ,
  source_update_ts       TIMESTAMPTZ,
  sync_ts                TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pimg_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pimg_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pimg_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX pimg_product_id_position_idx   ON product_image (product_id, position);
CREATE INDEX pimg_content_hash_idx          ON product_image (content_hash);
CREATE INDEX pimg_macrodata_artifact_id_idx ON product_image (macrodata_artifact_id);

COMMENT ON TABLE product_image IS
'Product media.
module: 02 Product
mirror: Media
note: macrodata_artifact_id is the design_asset the image was made from, if known.';
COMMENT ON COLUMN product_image.product_id            IS 'ref: product.id';
COMMENT ON COLUMN product_image.macrodata_artifact_id IS 'ref: macrodata_artifact.id — the design_asset the image was made from, if known';
COMMENT ON COLUMN product_image.position              IS 'Order among the product''s media, from 1.';
COMMENT ON COLUMN product_image.width                 IS 'Pixels.';
COMMENT ON COLUMN product_image.height                IS 'Pixels.';
COMMENT ON COLUMN product_image.content_hash          IS 'Lower-case SHA-256 of the content.';

-- migrate:down

DROP TABLE product_image;
DROP TABLE product_tag;
DROP TABLE product_type;
DROP TABLE product_collection;
DROP TABLE product_category;
DROP TABLE product_variant_option;
DROP TABLE product_option_value;
DROP TABLE product_option;
DROP TABLE product_variant;
DROP TABLE product;
