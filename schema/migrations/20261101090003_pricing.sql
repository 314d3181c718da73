-- Module 03, Pricing (commerce core): 5 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE price_set (
  id           TEXT        CONSTRAINT pset_pkey PRIMARY KEY CONSTRAINT pset_id_check CHECK (id LIKE 'pset\_%'),
  name         TEXT,
  price_count  BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pset_price_count_check CHECK (price_count >= 0),
  status       JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pset_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pset_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pset_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts    TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts    TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts    TIMESTAMPTZ
);

COMMENT ON TABLE price_set IS
'Holder of all prices of one priceable thing.
module: 03 Pricing';

CREATE TABLE price (
  id             TEXT        CONSTRAINT pric_pkey PRIMARY KEY CONSTRAINT pric_id_check CHECK (id LIKE 'pric\_%'),
  price_set_id   TEXT        NOT NULL,
  price_list_id  TEXT,
  title          TEXT,
  currency_code  TEXT        NOT NULL,
  amount         NUMERIC     NOT NULL,
  raw_amount     JSONB       NOT NULL,
  CONSTRAINT pric_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  min_quantity   INTEGER,
  max_quantity   INTEGER,
  rule_count     BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pric_rule_count_check CHECK (rule_count >= 0),
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pric_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pric_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pric_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ,
  CONSTRAINT pric_row_check CHECK (min_quantity IS NULL OR max_quantity IS NULL OR min_quantity <= max_quantity)
);

CREATE INDEX pric_price_set_id_currency_code_idx ON price (price_set_id, currency_code);
CREATE INDEX pric_price_list_id_idx              ON price (price_list_id);

COMMENT ON TABLE price IS
'One amount in one currency, optionally within a price list and quantity band.
module: 03 Pricing';
COMMENT ON COLUMN price.price_set_id  IS 'ref: price_set.id';
COMMENT ON COLUMN price.price_list_id IS 'ref: price_list.id';
COMMENT ON COLUMN price.currency_code IS 'ref: currency.code';
COMMENT ON COLUMN price.min_quantity  IS 'Lower end of the band, included; null is open.';
COMMENT ON COLUMN price.max_quantity  IS 'Upper end of the band, included; null is open.';
COMMENT ON COLUMN price.rule_count    IS 'Rules that must all hold for the price to apply.';

CREATE TABLE price_rule (
  id           TEXT        CONSTRAINT prul_pkey PRIMARY KEY CONSTRAINT prul_id_check CHECK (id LIKE 'prul\_%'),
  price_id     TEXT        NOT NULL,
  attribute    TEXT        NOT NULL,
  operator     TEXT        NOT NULL DEFAULT 'eq'
    CONSTRAINT prul_operator_check CHECK (operator IN ('eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in')),
  value        TEXT        NOT NULL,
  priority     INTEGER     NOT NULL DEFAULT 0,
  status       JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT prul_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prul_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prul_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts    TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts    TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts    TIMESTAMPTZ
);

CREATE UNIQUE INDEX prul_price_id_attribute_operator_key ON price_rule (price_id, attribute, operator);

COMMENT ON TABLE price_rule IS
'Condition under which a price applies.
module: 03 Pricing';
COMMENT ON COLUMN price_rule.price_id  IS 'ref: price.id';
COMMENT ON COLUMN price_rule.attribute IS 'Dotted path of the field compared.';
COMMENT ON COLUMN price_rule.operator  IS 'Comparison of attribute and value.';
COMMENT ON COLUMN price_rule.value     IS 'Compared as text; a list for operator in is JSON.';
COMMENT ON COLUMN price_rule.priority  IS 'Higher wins.';

CREATE TABLE price_list (
  id                TEXT        CONSTRAINT plst_pkey PRIMARY KEY CONSTRAINT plst_id_check CHECK (id LIKE 'plst\_%'),
  shopify_gid       TEXT        CONSTRAINT plst_shopify_gid_key UNIQUE,
  title             TEXT        NOT NULL,
  description       TEXT,
  list_kind         TEXT        NOT NULL DEFAULT 'sale'
    CONSTRAINT plst_list_kind_check CHECK (list_kind IN ('sale', 'override')),
  currency_code     TEXT,
  rule_count        BIGINT      NOT NULL DEFAULT 0 CONSTRAINT plst_rule_count_check CHECK (rule_count >= 0),
  start_ts          TIMESTAMPTZ,
  end_ts            TIMESTAMPTZ,
  source_create_ts  TIMESTAMPTZ,
  source_update_ts  TIMESTAMPTZ,
  sync_ts           TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT plst_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT plst_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT plst_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

COMMENT ON TABLE price_list IS
'Sale or override price list with validity.
module: 03 Pricing
mirror: PriceList';
COMMENT ON COLUMN price_list.currency_code IS 'ref: currency.code';
COMMENT ON COLUMN price_list.rule_count    IS 'Rules that must all hold for the list to apply.';

CREATE TABLE price_list_rule (
  id             TEXT        CONSTRAINT plru_pkey PRIMARY KEY CONSTRAINT plru_id_check CHECK (id LIKE 'plru\_%'),
  price_list_id  TEXT        NOT NULL,
  attribute      TEXT        NOT NULL,
  value_list     JSONB       NOT NULL DEFAULT '{}',
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT plru_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT plru_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT plru_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ
);

CREATE UNIQUE INDEX plru_price_list_id_attribute_key ON price_list_rule (price_list_id, attribute);

COMMENT ON TABLE price_list_rule IS
'Condition under which a price list applies.
module: 03 Pricing';
COMMENT ON COLUMN price_list_rule.price_list_id IS 'ref: price_list.id';
COMMENT ON COLUMN price_list_rule.attribute     IS 'Dotted path of the field compared.';
COMMENT ON COLUMN price_list_rule.value_list    IS 'JSON array of the values compared with.';

-- migrate:down

DROP TABLE price_list_rule;
DROP TABLE price_list;
DROP TABLE price_rule;
DROP TABLE price;
DROP TABLE price_set;
