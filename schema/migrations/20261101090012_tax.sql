-- Module 12, Tax (commerce core): 3 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE tax_region (
  id                    TEXT        CONSTRAINT txr_pkey PRIMARY KEY CONSTRAINT txr_id_check CHECK (id LIKE 'txr\_%'),
  country_code          TEXT        NOT NULL,
  province_code         TEXT,
  parent_tax_region_id  TEXT,
  provider_code         TEXT        NOT NULL DEFAULT 'system',
  status                JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT txr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT txr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT txr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE UNIQUE INDEX txr_country_code_province_code_key ON tax_region (country_code, coalesce(province_code,'')) WHERE delete_ts IS NULL;
CREATE INDEX        txr_parent_tax_region_id_idx       ON tax_region (parent_tax_region_id);

COMMENT ON TABLE tax_region IS
'Country or province with its tax provider.
module: 12 Tax';
COMMENT ON COLUMN tax_region.country_code         IS 'ref: region_country.iso_2';
COMMENT ON COLUMN tax_region.province_code        IS 'Null is the whole country.';
COMMENT ON COLUMN tax_region.parent_tax_region_id IS 'ref: tax_region.id — parent';
COMMENT ON COLUMN tax_region.provider_code        IS 'Service that computes tax here; system is this platform.';

CREATE TABLE tax_rate (
  id             TEXT        CONSTRAINT txrt_pkey PRIMARY KEY CONSTRAINT txrt_id_check CHECK (id LIKE 'txrt\_%'),
  tax_region_id  TEXT        NOT NULL,
  code           TEXT        NOT NULL,
  name           TEXT        NOT NULL,
  rate           NUMERIC,
  is_default     BOOLEAN     NOT NULL DEFAULT false,
  is_combinable  BOOLEAN     NOT NULL DEFAULT false,
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT txrt_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT txrt_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT txrt_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ
);

CREATE UNIQUE INDEX txrt_tax_region_id_code_key ON tax_rate (tax_region_id, code) WHERE delete_ts IS NULL;

COMMENT ON TABLE tax_rate IS
'Tax rate in a region.
module: 12 Tax';
COMMENT ON COLUMN tax_rate.tax_region_id IS 'ref: tax_region.id';
COMMENT ON COLUMN tax_rate.rate          IS 'Fraction of one: 0.2 is 20 %.';

CREATE TABLE tax_rate_rule (
  id                  TEXT        CONSTRAINT txrr_pkey PRIMARY KEY CONSTRAINT txrr_id_check CHECK (id LIKE 'txrr\_%'),
  tax_rate_id         TEXT        NOT NULL,
  product_id          TEXT,
  product_type_id     TEXT,
  shipping_option_id  TEXT,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT txrr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT txrr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT txrr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ,
  CONSTRAINT txrr_row_check CHECK (num_nonnulls(product_id, product_type_id, shipping_option_id) = 1)
);

CREATE INDEX txrr_tax_rate_id_idx        ON tax_rate_rule (tax_rate_id);
CREATE INDEX txrr_product_id_idx         ON tax_rate_rule (product_id);
CREATE INDEX txrr_product_type_id_idx    ON tax_rate_rule (product_type_id);
CREATE INDEX txrr_shipping_option_id_idx ON tax_rate_rule (shipping_option_id);

COMMENT ON TABLE tax_rate_rule IS
'What a non-default rate applies to.
module: 12 Tax';
COMMENT ON COLUMN tax_rate_rule.tax_rate_id        IS 'ref: tax_rate.id';
COMMENT ON COLUMN tax_rate_rule.product_id         IS 'ref: product.id';
COMMENT ON COLUMN tax_rate_rule.product_type_id    IS 'ref: product_type.id';
COMMENT ON COLUMN tax_rate_rule.shipping_option_id IS 'ref: shipping_option.id';

-- migrate:down

DROP TABLE tax_rate_rule;
DROP TABLE tax_rate;
DROP TABLE tax_region;
