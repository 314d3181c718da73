-- Module 10, Inventory & Stock Location (commerce core): 4 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE stock_location (
  id                      TEXT        CONSTRAINT sloc_pkey PRIMARY KEY CONSTRAINT sloc_id_check CHECK (id LIKE 'sloc\_%'),
  shopify_gid             TEXT        CONSTRAINT sloc_shopify_gid_key UNIQUE,
  name                    TEXT        NOT NULL,
  code                    TEXT,
  address_1               TEXT,
  address_2               TEXT,
  city                    TEXT,
  province                TEXT,
  province_code           TEXT,
  postal_code             TEXT,
  country_code            TEXT,
  phone                   TEXT,
  is_active               BOOLEAN     NOT NULL DEFAULT true,
  is_fulfillment_service  BOOLEAN     NOT NULL DEFAULT false,
  ships_inventory         BOOLEAN     NOT NULL DEFAULT true,
  source_create_ts        TIMESTAMPTZ,
  source_update_ts        TIMESTAMPTZ,
  sync_ts                 TIMESTAMPTZ,
  status                  JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT sloc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT sloc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT sloc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts               TIMESTAMPTZ
);

CREATE UNIQUE INDEX sloc_code_key ON stock_location (code) WHERE shopify_gid IS NULL AND delete_ts IS NULL;

COMMENT ON TABLE stock_location IS
'Place that holds stock and ships.
module: 10 Inventory & Stock Location
mirror: Location';
COMMENT ON COLUMN stock_location.province_code IS 'ISO 3166-2 subdivision without the country.';
COMMENT ON COLUMN stock_location.country_code  IS 'ref: region_country.iso_2';

CREATE TABLE inventory_item (
  id                   TEXT        CONSTRAINT iitm_pkey PRIMARY KEY CONSTRAINT iitm_id_check CHECK (id LIKE 'iitm\_%'),
  shopify_gid          TEXT        CONSTRAINT iitm_shopify_gid_key UNIQUE,
  sku                  TEXT,
  title                TEXT,
  description          TEXT,
  thumbnail_url        TEXT,
  requires_shipping    BOOLEAN     NOT NULL DEFAULT true,
  is_tracked           BOOLEAN     NOT NULL DEFAULT true,
  origin_country_code  TEXT,
  hs_code              TEXT,
  mid_code             TEXT,
  material             TEXT,
  weight               NUMERIC,
  length               NUMERIC,
  width                NUMERIC,
  height               NUMERIC,
  currency_code        TEXT,
  unit_cost            NUMERIC,
  raw_unit_cost        JSONB,
  CONSTRAINT iitm_unit_cost_check CHECK ((unit_cost IS NULL) = (raw_unit_cost IS NULL)),
  source_create_ts     TIMESTAMPTZ,
  source_update_ts     TIMESTAMPTZ,
  sync_ts              TIMESTAMPTZ,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT iitm_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT iitm_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT iitm_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE INDEX iitm_sku_idx ON inventory_item (sku);

COMMENT ON TABLE inventory_item IS
'Stock-keeping item.
module: 10 Inventory & Stock Location
mirror: InventoryItem';
COMMENT ON COLUMN inventory_item.thumbnail_url       IS 'Snapshot at the time of the sale.';
COMMENT ON COLUMN inventory_item.origin_country_code IS 'ref: region_country.iso_2 — of origin, for customs';
COMMENT ON COLUMN inventory_item.hs_code             IS 'Harmonized System code for customs.';
COMMENT ON COLUMN inventory_item.mid_code            IS 'Manufacturer identification code for customs.';
COMMENT ON COLUMN inventory_item.weight              IS 'Kilograms.';
COMMENT ON COLUMN inventory_item.length              IS 'Centimetres.';
COMMENT ON COLUMN inventory_item.width               IS 'Centimetres.';
COMMENT ON COLUMN inventory_item.height              IS 'Centimetres.';
COMMENT ON COLUMN inventory_item.currency_code       IS 'ref: currency.code';

CREATE TABLE inventory_level (
  id                  TEXT        CONSTRAINT ilev_pkey PRIMARY KEY CONSTRAINT ilev_id_check CHECK (id LIKE 'ilev\_%'),
  shopify_gid         TEXT        CONSTRAINT ilev_shopify_gid_key UNIQUE,
  inventory_item_id   TEXT        NOT NULL,
  stock_location_id   TEXT        NOT NULL,
  stocked_quantity    INTEGER     NOT NULL DEFAULT 0,
  reserved_quantity   INTEGER     NOT NULL DEFAULT 0,
  incoming_quantity   INTEGER     NOT NULL DEFAULT 0,
  available_quantity  INTEGER     NOT NULL DEFAULT 0,
  resource_version    BIGINT      NOT NULL DEFAULT 1,
  source_create_ts    TIMESTAMPTZ,
  source_update_ts    TIMESTAMPTZ,
  sync_ts             TIMESTAMPTZ,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ilev_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ilev_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ilev_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX ilev_inventory_item_id_stock_location_id_key ON inventory_level (inventory_item_id, stock_location_id) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        ilev_inventory_item_id_stock_location_id_idx ON inventory_level (inventory_item_id, stock_location_id);
CREATE INDEX        ilev_stock_location_id_idx ON inventory_level (stock_location_id);

COMMENT ON TABLE inventory_level IS
'Quantities of an item at a location.
module: 10 Inventory & Stock Location
mirror: InventoryLevel
note: quantities may be negative (oversold).';
COMMENT ON COLUMN inventory_level.inventory_item_id  IS 'ref: inventory_item.id';
COMMENT ON COLUMN inventory_level.stock_location_id  IS 'ref: stock_location.id';
COMMENT ON COLUMN inventory_level.stocked_quantity   IS 'On hand; may be negative (oversold).';
COMMENT ON COLUMN inventory_level.reserved_quantity  IS 'Committed to orders.';
COMMENT ON COLUMN inventory_level.incoming_quantity  IS 'On its way.';
COMMENT ON COLUMN inventory_level.available_quantity IS 'Can be sold; may be negative (oversold).';
COMMENT ON COLUMN inventory_level.resource_version   IS 'Optimistic lock: each write requires the version it read and adds one.';

CREATE TABLE inventory_reservation (
  id                    TEXT        CONSTRAINT irsv_pkey PRIMARY KEY CONSTRAINT irsv_id_check CHECK (id LIKE 'irsv\_%'),
  inventory_item_id     TEXT        NOT NULL,
  stock_location_id     TEXT        NOT NULL,
  order_line_item_id    TEXT,
  external_id           TEXT,
  quantity              INTEGER     NOT NULL DEFAULT 0 CONSTRAINT irsv_quantity_check CHECK (quantity >= 0),
  description           TEXT,
  is_backorder_allowed  BOOLEAN     NOT NULL DEFAULT false,
  create_principal_id   TEXT,
  expire_ts             TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT irsv_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Released', 'Consumed', 'Expired')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT irsv_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT irsv_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE INDEX irsv_inventory_item_id_idx  ON inventory_reservation (inventory_item_id);
CREATE INDEX irsv_stock_location_id_idx  ON inventory_reservation (stock_location_id);
CREATE INDEX irsv_order_line_item_id_idx ON inventory_reservation (order_line_item_id);

COMMENT ON TABLE inventory_reservation IS
'Stock held for an order line.
module: 10 Inventory & Stock Location';
COMMENT ON COLUMN inventory_reservation.inventory_item_id   IS 'ref: inventory_item.id';
COMMENT ON COLUMN inventory_reservation.stock_location_id   IS 'ref: stock_location.id';
COMMENT ON COLUMN inventory_reservation.order_line_item_id  IS 'ref: order_line_item.id';
COMMENT ON COLUMN inventory_reservation.external_id         IS 'Id in the other system.';
COMMENT ON COLUMN inventory_reservation.create_principal_id IS 'ref: principal.id — who created it';

-- migrate:down

DROP TABLE inventory_reservation;
DROP TABLE inventory_level;
DROP TABLE inventory_item;
DROP TABLE stock_location;
