-- Module 09, Fulfillment (commerce core): 10 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE fulfillment_provider (
  id                TEXT        CONSTRAINT ffp_pkey PRIMARY KEY CONSTRAINT ffp_id_check CHECK (id LIKE 'ffp\_%'),
  shopify_gid       TEXT        CONSTRAINT ffp_shopify_gid_key UNIQUE,
  code              TEXT        NOT NULL,
  name              TEXT        NOT NULL,
  provider_kind     TEXT        NOT NULL DEFAULT 'manual'
    CONSTRAINT ffp_provider_kind_check CHECK (provider_kind IN (
      'manual', 'third_party', 'gift_card', 'print_on_demand')),
  is_enabled        BOOLEAN     NOT NULL DEFAULT true,
  source_create_ts  TIMESTAMPTZ,
  source_update_ts  TIMESTAMPTZ,
  sync_ts           TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ffp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ffp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ffp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX ffp_code_key ON fulfillment_provider (code) WHERE shopify_gid IS NULL AND delete_ts IS NULL;

COMMENT ON TABLE fulfillment_provider IS
'Fulfillment service or carrier integration.
module: 09 Fulfillment
mirror: FulfillmentService';

CREATE TABLE fulfillment_set (
  id           TEXT        CONSTRAINT ffs_pkey PRIMARY KEY CONSTRAINT ffs_id_check CHECK (id LIKE 'ffs\_%'),
  name         TEXT        NOT NULL,
  set_kind     TEXT        NOT NULL DEFAULT 'shipping'
    CONSTRAINT ffs_set_kind_check CHECK (set_kind IN ('shipping', 'pickup', 'delivery')),
  status       JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ffs_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ffs_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ffs_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts    TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts    TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts    TIMESTAMPTZ
);

CREATE UNIQUE INDEX ffs_name_key ON fulfillment_set (name) WHERE delete_ts IS NULL;

COMMENT ON TABLE fulfillment_set IS
'Set of service zones served from locations.
module: 09 Fulfillment';

CREATE TABLE service_zone (
  id                  TEXT        CONSTRAINT szn_pkey PRIMARY KEY CONSTRAINT szn_id_check CHECK (id LIKE 'szn\_%'),
  fulfillment_set_id  TEXT        NOT NULL,
  name                TEXT        NOT NULL,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT szn_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT szn_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT szn_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX szn_fulfillment_set_id_name_key ON service_zone (fulfillment_set_id, name) WHERE delete_ts IS NULL;

COMMENT ON TABLE service_zone IS
'Named zone of a fulfillment set.
module: 09 Fulfillment';
COMMENT ON COLUMN service_zone.fulfillment_set_id IS 'ref: fulfillment_set.id';

CREATE TABLE geo_zone (
  id                 TEXT        CONSTRAINT gzn_pkey PRIMARY KEY CONSTRAINT gzn_id_check CHECK (id LIKE 'gzn\_%'),
  service_zone_id    TEXT        NOT NULL,
  zone_kind          TEXT        NOT NULL DEFAULT 'country'
    CONSTRAINT gzn_zone_kind_check CHECK (zone_kind IN ('country', 'province', 'city', 'zip')),
  country_code       TEXT        NOT NULL,
  province_code      TEXT,
  city               TEXT,
  postal_expression  JSONB,
  status             JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT gzn_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT gzn_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT gzn_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts          TIMESTAMPTZ
);

CREATE INDEX gzn_country_code_province_code_city_idx ON geo_zone (country_code, province_code, city);
CREATE INDEX gzn_service_zone_id_idx                 ON geo_zone (service_zone_id);

COMMENT ON TABLE geo_zone IS
'Geographic member of a service zone.
module: 09 Fulfillment';
COMMENT ON COLUMN geo_zone.service_zone_id   IS 'ref: service_zone.id';
COMMENT ON COLUMN geo_zone.country_code      IS 'ref: region_country.iso_2';
COMMENT ON COLUMN geo_zone.province_code     IS 'ISO 3166-2 subdivision without the country.';
COMMENT ON COLUMN geo_zone.postal_expression IS 'Pattern or ranges of postal codes.';

CREATE TABLE shipping_profile (
  id                TEXT        CONSTRAINT shpp_pkey PRIMARY KEY CONSTRAINT shpp_id_check CHECK (id LIKE 'shpp\_%'),
  shopify_gid       TEXT        CONSTRAINT shpp_shopify_gid_key UNIQUE,
  name              TEXT        NOT NULL,
  profile_kind      TEXT        NOT NULL DEFAULT 'default'
    CONSTRAINT shpp_profile_kind_check CHECK (profile_kind IN ('default', 'gift_card', 'custom')),
  source_create_ts  TIMESTAMPTZ,
  source_update_ts  TIMESTAMPTZ,
  sync_ts           TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT shpp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT shpp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT shpp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX shpp_name_key ON shipping_profile (name) WHERE shopify_gid IS NULL AND delete_ts IS NULL;

COMMENT ON TABLE shipping_profile IS
'Products that ship alike.
module: 09 Fulfillment
mirror: DeliveryProfile';

CREATE TABLE shipping_option (
  id                       TEXT        CONSTRAINT sho_pkey PRIMARY KEY CONSTRAINT sho_id_check CHECK (id LIKE 'sho\_%'),
  service_zone_id          TEXT        NOT NULL,
  shipping_profile_id      TEXT,
  fulfillment_provider_id  TEXT,
  name                     TEXT        NOT NULL,
  type_code                TEXT        NOT NULL,
  type_label               TEXT,
  type_description         TEXT,
  price_kind               TEXT        NOT NULL DEFAULT 'flat'
    CONSTRAINT sho_price_kind_check CHECK (price_kind IN ('flat', 'calculated')),
  data                     JSONB,
  is_return                BOOLEAN     NOT NULL DEFAULT false,
  is_enabled               BOOLEAN     NOT NULL DEFAULT true,
  status                   JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT sho_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT sho_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT sho_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                TIMESTAMPTZ
);

CREATE INDEX sho_service_zone_id_idx         ON shipping_option (service_zone_id);
CREATE INDEX sho_shipping_profile_id_idx     ON shipping_option (shipping_profile_id);
CREATE INDEX sho_fulfillment_provider_id_idx ON shipping_option (fulfillment_provider_id);

COMMENT ON TABLE shipping_option IS
'Selectable way to ship within a zone (with Medusa''s option type folded in).
module: 09 Fulfillment';
COMMENT ON COLUMN shipping_option.service_zone_id         IS 'ref: service_zone.id';
COMMENT ON COLUMN shipping_option.shipping_profile_id     IS 'ref: shipping_profile.id';
COMMENT ON COLUMN shipping_option.fulfillment_provider_id IS 'ref: fulfillment_provider.id';
COMMENT ON COLUMN shipping_option.data                    IS 'What the provider returned, as it came.';

CREATE TABLE shipping_option_rule (
  id                  TEXT        CONSTRAINT shor_pkey PRIMARY KEY CONSTRAINT shor_id_check CHECK (id LIKE 'shor\_%'),
  shipping_option_id  TEXT        NOT NULL,
  attribute           TEXT        NOT NULL,
  operator            TEXT        NOT NULL
    CONSTRAINT shor_operator_check CHECK (operator IN ('in', 'nin', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte')),
  value               JSONB       NOT NULL DEFAULT '{}',
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT shor_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT shor_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT shor_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE INDEX shor_shipping_option_id_idx ON shipping_option_rule (shipping_option_id);

COMMENT ON TABLE shipping_option_rule IS
'Condition under which a shipping option is offered.
module: 09 Fulfillment';
COMMENT ON COLUMN shipping_option_rule.shipping_option_id IS 'ref: shipping_option.id';
COMMENT ON COLUMN shipping_option_rule.attribute          IS 'Dotted path of the field compared.';
COMMENT ON COLUMN shipping_option_rule.operator           IS 'Comparison of attribute and value.';
COMMENT ON COLUMN shipping_option_rule.value              IS 'JSON value or array compared with.';

CREATE TABLE fulfillment (
  id                       TEXT        CONSTRAINT ful_pkey PRIMARY KEY CONSTRAINT ful_id_check CHECK (id LIKE 'ful\_%'),
  shopify_gid              TEXT        CONSTRAINT ful_shopify_gid_key UNIQUE,
  fulfillment_name         TEXT,
  stock_location_id        TEXT,
  fulfillment_provider_id  TEXT,
  shipping_option_id       TEXT,
  delivery_address_id      TEXT,
  shopify_legacy_id        BIGINT,
  display_status           TEXT
    CONSTRAINT ful_display_status_check CHECK (display_status IN (
      'attempted_delivery', 'canceled', 'confirmed', 'delayed', 'delivered', 'failure', 'fulfilled',
      'carrier_picked_up', 'in_transit', 'label_printed', 'label_purchased', 'label_voided', 'marked_as_fulfilled',
      'not_delivered', 'out_for_delivery', 'ready_for_pickup', 'picked_up', 'submitted', 'unknown')),
  service_name             TEXT,
  total_quantity           INTEGER     NOT NULL DEFAULT 0 CONSTRAINT ful_total_quantity_check CHECK (total_quantity >= 0),
  requires_shipping        BOOLEAN     NOT NULL DEFAULT true,
  data                     JSONB,
  create_principal_id      TEXT,
  ship_principal_id        TEXT,
  pack_ts                  TIMESTAMPTZ,
  ship_ts                  TIMESTAMPTZ,
  in_transit_ts            TIMESTAMPTZ,
  estimated_delivery_ts    TIMESTAMPTZ,
  deliver_ts               TIMESTAMPTZ,
  cancel_ts                TIMESTAMPTZ,
  source_create_ts         TIMESTAMPTZ,
  source_update_ts         TIMESTAMPTZ,
  sync_ts                  TIMESTAMPTZ,
  status                   JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT ful_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Open', 'Succeeded', 'Canceled', 'Error', 'Failed', 'Unknown')),
  labels                   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ful_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ful_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                TIMESTAMPTZ
);

CREATE INDEX ful_ship_ts_id_idx                ON fulfillment (ship_ts, id);
CREATE INDEX ful_source_create_ts_idx          ON fulfillment (source_create_ts);
CREATE INDEX ful_stock_location_id_ship_ts_idx ON fulfillment (stock_location_id, ship_ts DESC);
CREATE INDEX ful_phase_update_ts_idx           ON fulfillment ((status->>'phase'), update_ts DESC);
CREATE INDEX ful_deliver_ts_idx                ON fulfillment (deliver_ts);
CREATE INDEX ful_fulfillment_provider_id_idx   ON fulfillment (fulfillment_provider_id);
CREATE INDEX ful_shipping_option_id_idx        ON fulfillment (shipping_option_id);
CREATE INDEX ful_delivery_address_id_idx       ON fulfillment (delivery_address_id);

COMMENT ON TABLE fulfillment IS
'Shipment of order items.
module: 09 Fulfillment
mirror: Fulfillment
note: order by link_order_header_fulfillment. For mirrored rows ship_ts = Fulfillment.createdAt (when the
  merchant marked it shipped).';
COMMENT ON COLUMN fulfillment.stock_location_id       IS 'ref: stock_location.id';
COMMENT ON COLUMN fulfillment.fulfillment_provider_id IS 'ref: fulfillment_provider.id';
COMMENT ON COLUMN fulfillment.shipping_option_id      IS 'ref: shipping_option.id';
COMMENT ON COLUMN fulfillment.delivery_address_id     IS 'ref: order_address.id — snapshot of the destination';
COMMENT ON COLUMN fulfillment.shopify_legacy_id       IS 'Numeric id of Shopify''s REST era (legacyResourceId).';
COMMENT ON COLUMN fulfillment.display_status          IS 'Shopify''s finer status for people.';
COMMENT ON COLUMN fulfillment.data                    IS 'What the provider returned, as it came.';
COMMENT ON COLUMN fulfillment.create_principal_id     IS 'ref: principal.id — who created it';
COMMENT ON COLUMN fulfillment.ship_principal_id       IS 'ref: principal.id — who shipped it';
COMMENT ON COLUMN fulfillment.ship_ts                 IS 'When the merchant marked it shipped (createdAt): the day of the daily summary.';

CREATE TABLE fulfillment_item (
  id                    TEXT        CONSTRAINT fuli_pkey PRIMARY KEY CONSTRAINT fuli_id_check CHECK (id LIKE 'fuli\_%'),
  shopify_gid           TEXT        CONSTRAINT fuli_shopify_gid_key UNIQUE,
  fulfillment_id        TEXT        NOT NULL,
  order_line_item_id    TEXT,
  inventory_item_id     TEXT,
  title                 TEXT,
  sku                   TEXT,
  barcode               TEXT,
  quantity              INTEGER     NOT NULL DEFAULT 0 CONSTRAINT fuli_quantity_check CHECK (quantity >= 0),
  currency_code         TEXT,
  original_total        NUMERIC,
  raw_original_total    JSONB,
  CONSTRAINT fuli_original_total_check CHECK ((original_total IS NULL) = (raw_original_total IS NULL)),
  discounted_total      NUMERIC,
  raw_discounted_total  JSONB,
  CONSTRAINT fuli_discounted_total_check CHECK ((discounted_total IS NULL) = (raw_discounted_total IS NULL)),
  source_create_ts      TIMESTAMPTZ,
  source_update_ts      TIMESTAMPTZ,
  sync_ts               TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT fuli_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT fuli_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT fuli_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE UNIQUE INDEX fuli_fulfillment_id_order_line_item_id_key ON fulfillment_item (fulfillment_id, order_line_item_id) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        fuli_fulfillment_id_order_line_item_id_idx ON fulfillment_item (fulfillment_id, order_line_item_id);
CREATE INDEX        fuli_order_line_item_id_idx ON fulfillment_item (order_line_item_id);
CREATE INDEX        fuli_inventory_item_id_idx ON fulfillment_item (inventory_item_id);

COMMENT ON TABLE fulfillment_item IS
'Line of a fulfillment.
module: 09 Fulfillment
mirror: FulfillmentLineItem';
COMMENT ON COLUMN fulfillment_item.fulfillment_id     IS 'ref: fulfillment.id';
COMMENT ON COLUMN fulfillment_item.order_line_item_id IS 'ref: order_line_item.id';
COMMENT ON COLUMN fulfillment_item.inventory_item_id  IS 'ref: inventory_item.id';
COMMENT ON COLUMN fulfillment_item.barcode            IS 'GTIN, EAN, UPC or ISBN as entered.';
COMMENT ON COLUMN fulfillment_item.currency_code      IS 'ref: currency.code';

CREATE TABLE fulfillment_label (
  id               TEXT        CONSTRAINT full_pkey PRIMARY KEY CONSTRAINT full_id_check CHECK (id LIKE 'full\_%'),
  fulfillment_id   TEXT        NOT NULL,
  position         INTEGER     NOT NULL DEFAULT 1,
  carrier          TEXT,
  tracking_number  TEXT,
  tracking_url     TEXT,
  label_url        TEXT,
  status           JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT full_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT full_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations      JSONB       NOT NULL DEFAULT '{}' CONSTRAINT full_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts        TIMESTAMPTZ
);

CREATE UNIQUE INDEX full_fulfillment_id_position_key ON fulfillment_label (fulfillment_id, position);
CREATE INDEX        full_tracking_number_idx         ON fulfillment_label (tracking_number);

COMMENT ON TABLE fulfillment_label IS
'Tracking number and label of a fulfillment.
module: 09 Fulfillment';
COMMENT ON COLUMN fulfillment_label.fulfillment_id IS 'ref: fulfillment.id';
COMMENT ON COLUMN fulfillment_label.position       IS 'Order within the parent, from 1.';

-- migrate:down

DROP TABLE fulfillment_label;
DROP TABLE fulfillment_item;
DROP TABLE fulfillment;
DROP TABLE shipping_option_rule;
DROP TABLE shipping_option;
DROP TABLE shipping_profile;
DROP TABLE geo_zone;
DROP TABLE service_zone;
DROP TABLE fulfillment_set;
DROP TABLE fulfillment_provider;
