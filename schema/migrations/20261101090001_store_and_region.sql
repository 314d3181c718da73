-- Module 01, Store & Region (commerce core): 4 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE currency (
  id              TEXT        CONSTRAINT cur_pkey PRIMARY KEY CONSTRAINT cur_id_check CHECK (id LIKE 'cur\_%'),
  code            TEXT        NOT NULL,
  name            TEXT        NOT NULL,
  symbol          TEXT,
  symbol_native   TEXT,
  numeric_code    TEXT,
  decimal_digits  INTEGER     NOT NULL DEFAULT 2,
  rounding        NUMERIC     NOT NULL DEFAULT 0,
  status          JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT cur_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cur_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cur_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts       TIMESTAMPTZ,
  CONSTRAINT cur_row_check CHECK (code = upper(code))
);

CREATE UNIQUE INDEX cur_code_key ON currency (code);

COMMENT ON TABLE currency IS
'ISO 4217 currency known to the platform.
module: 01 Store & Region';
COMMENT ON COLUMN currency.code           IS 'ISO 4217 alphabetic code, upper-case; what every *currency_code refers to.';
COMMENT ON COLUMN currency.numeric_code   IS 'ISO 4217 numeric code, three digits.';
COMMENT ON COLUMN currency.decimal_digits IS 'Minor units by ISO 4217.';
COMMENT ON COLUMN currency.rounding       IS 'Smallest step of a cash amount; 0 is the minor unit.';

CREATE TABLE region (
  id                TEXT        CONSTRAINT reg_pkey PRIMARY KEY CONSTRAINT reg_id_check CHECK (id LIKE 'reg\_%'),
  shopify_gid       TEXT        CONSTRAINT reg_shopify_gid_key UNIQUE,
  name              TEXT        NOT NULL,
  currency_code     TEXT        NOT NULL,
  is_automatic_tax  BOOLEAN     NOT NULL DEFAULT true,
  is_tax_inclusive  BOOLEAN     NOT NULL DEFAULT false,
  source_create_ts  TIMESTAMPTZ,
  source_update_ts  TIMESTAMPTZ,
  sync_ts           TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT reg_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT reg_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT reg_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX reg_name_key ON region (name) WHERE shopify_gid IS NULL AND delete_ts IS NULL;

COMMENT ON TABLE region IS
'Market of one or more countries sharing currency and tax display.
module: 01 Store & Region
mirror: Market';
COMMENT ON COLUMN region.currency_code    IS 'ref: currency.code';
COMMENT ON COLUMN region.is_automatic_tax IS 'Tax is computed without a manual rate.';
COMMENT ON COLUMN region.is_tax_inclusive IS 'Prices shown include tax.';

CREATE TABLE region_country (
  id            TEXT        CONSTRAINT rct_pkey PRIMARY KEY CONSTRAINT rct_id_check CHECK (id LIKE 'rct\_%'),
  iso_2         TEXT        NOT NULL,
  iso_3         TEXT,
  num_code      TEXT,
  name          TEXT        NOT NULL,
  display_name  TEXT,
  region_id     TEXT,
  status        JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT rct_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rct_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rct_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts     TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts     TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts     TIMESTAMPTZ
);

CREATE UNIQUE INDEX rct_iso_2_key     ON region_country (iso_2);
CREATE INDEX        rct_region_id_idx ON region_country (region_id);

COMMENT ON TABLE region_country IS
'ISO 3166 country, and the region that serves it.
module: 01 Store & Region';
COMMENT ON COLUMN region_country.iso_2     IS 'ISO 3166-1 alpha-2; what every *country_code refers to.';
COMMENT ON COLUMN region_country.iso_3     IS 'ISO 3166-1 alpha-3.';
COMMENT ON COLUMN region_country.num_code  IS 'ISO 3166-1 numeric, three digits.';
COMMENT ON COLUMN region_country.region_id IS 'ref: region.id';

CREATE TABLE store (
  id                         TEXT        CONSTRAINT sto_pkey PRIMARY KEY CONSTRAINT sto_id_check CHECK (id LIKE 'sto\_%'),
  shopify_gid                TEXT        CONSTRAINT sto_shopify_gid_key UNIQUE,
  name                       TEXT        NOT NULL,
  shop_domain                TEXT        NOT NULL,
  primary_domain             TEXT,
  contact_email              TEXT,
  default_currency_code      TEXT        NOT NULL,
  supported_currency_codes   TEXT[]      NOT NULL DEFAULT '{}',
  country_code               TEXT,
  iana_timezone              TEXT        NOT NULL DEFAULT 'UTC',
  default_region_id          TEXT,
  default_sales_channel_id   TEXT,
  default_stock_location_id  TEXT,
  source_create_ts           TIMESTAMPTZ,
  source_update_ts           TIMESTAMPTZ,
  sync_ts                    TIMESTAMPTZ,
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT sto_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT sto_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT sto_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ
);

CREATE UNIQUE INDEX sto_shop_domain_key               ON store (shop_domain);
CREATE INDEX        sto_default_region_id_idx         ON store (default_region_id);
CREATE INDEX        sto_default_sales_channel_id_idx  ON store (default_sales_channel_id);
CREATE INDEX        sto_default_stock_location_id_idx ON store (default_stock_location_id);

COMMENT ON TABLE store IS
'One Shopify shop; defaults and time zone for daily cuts.
module: 01 Store & Region
mirror: Shop
note: replaces Medusa''s store_currency by supported_currency_codes.';
COMMENT ON COLUMN store.shop_domain               IS 'The permanent myshopify.com domain: part of every derived id.';
COMMENT ON COLUMN store.primary_domain            IS 'The domain customers see.';
COMMENT ON COLUMN store.default_currency_code     IS 'ref: currency.code — where none is named';
COMMENT ON COLUMN store.supported_currency_codes  IS 'Presentment currencies.';
COMMENT ON COLUMN store.country_code              IS 'ref: region_country.iso_2';
COMMENT ON COLUMN store.iana_timezone             IS 'Time zone in which the store''s days are cut.';
COMMENT ON COLUMN store.default_region_id         IS 'ref: region.id — where none is named';
COMMENT ON COLUMN store.default_sales_channel_id  IS 'ref: sales_channel.id — where none is named';
COMMENT ON COLUMN store.default_stock_location_id IS 'ref: stock_location.id — where none is named';

-- migrate:down

DROP TABLE store;
DROP TABLE region_country;
DROP TABLE region;
DROP TABLE currency;
