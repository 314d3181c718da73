-- Module 11, Promotion (commerce core): 4 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE promotion_campaign (
  id                   TEXT        CONSTRAINT pcmp_pkey PRIMARY KEY CONSTRAINT pcmp_id_check CHECK (id LIKE 'pcmp\_%'),
  campaign_identifier  TEXT        NOT NULL,
  name                 TEXT        NOT NULL,
  description          TEXT,
  budget_kind          TEXT        NOT NULL DEFAULT 'none'
    CONSTRAINT pcmp_budget_kind_check CHECK (budget_kind IN ('none', 'spend', 'usage')),
  currency_code        TEXT,
  budget_limit         NUMERIC,
  raw_budget_limit     JSONB,
  CONSTRAINT pcmp_budget_limit_check CHECK ((budget_limit IS NULL) = (raw_budget_limit IS NULL)),
  budget_used          NUMERIC,
  raw_budget_used      JSONB,
  CONSTRAINT pcmp_budget_used_check CHECK ((budget_used IS NULL) = (raw_budget_used IS NULL)),
  usage_limit          BIGINT,
  usage_count          BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pcmp_usage_count_check CHECK (usage_count >= 0),
  start_ts             TIMESTAMPTZ,
  end_ts               TIMESTAMPTZ,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT pcmp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Scheduled', 'Active', 'Ended', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pcmp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pcmp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX pcmp_campaign_identifier_key ON promotion_campaign (campaign_identifier) WHERE delete_ts IS NULL;

COMMENT ON TABLE promotion_campaign IS
'Campaign grouping promotions, with budget (Medusa campaign + campaign_budget).
module: 11 Promotion';
COMMENT ON COLUMN promotion_campaign.campaign_identifier IS 'Name of the campaign in reports and links.';
COMMENT ON COLUMN promotion_campaign.currency_code       IS 'ref: currency.code';
COMMENT ON COLUMN promotion_campaign.usage_limit         IS 'Null is without limit.';

CREATE TABLE promotion (
  id                     TEXT        CONSTRAINT prm_pkey PRIMARY KEY CONSTRAINT prm_id_check CHECK (id LIKE 'prm\_%'),
  shopify_gid            TEXT        CONSTRAINT prm_shopify_gid_key UNIQUE,
  promotion_campaign_id  TEXT,
  code                   TEXT,
  title                  TEXT,
  promotion_kind         TEXT        NOT NULL DEFAULT 'standard'
    CONSTRAINT prm_promotion_kind_check CHECK (promotion_kind IN (
      'standard', 'buyget', 'free_shipping', 'app', 'unknown')),
  is_automatic           BOOLEAN     NOT NULL DEFAULT false,
  is_once_per_customer   BOOLEAN     NOT NULL DEFAULT false,
  usage_limit            BIGINT,
  usage_count            BIGINT      NOT NULL DEFAULT 0 CONSTRAINT prm_usage_count_check CHECK (usage_count >= 0),
  start_ts               TIMESTAMPTZ,
  end_ts                 TIMESTAMPTZ,
  source_create_ts       TIMESTAMPTZ,
  source_update_ts       TIMESTAMPTZ,
  sync_ts                TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT prm_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Scheduled', 'Active', 'Expired', 'Archived', 'Unknown')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prm_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prm_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX prm_lower_code_key            ON promotion (lower(code)) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        prm_lower_code_idx            ON promotion (lower(code));
CREATE INDEX        prm_phase_end_ts_idx          ON promotion ((status->>'phase'), end_ts);
CREATE INDEX        prm_promotion_campaign_id_idx ON promotion (promotion_campaign_id);

COMMENT ON TABLE promotion IS
'Discount, automatic or by code.
module: 11 Promotion
mirror: DiscountNode';
COMMENT ON COLUMN promotion.promotion_campaign_id IS 'ref: promotion_campaign.id';
COMMENT ON COLUMN promotion.usage_limit           IS 'Null is without limit.';

CREATE TABLE promotion_application_method (
  id                      TEXT        CONSTRAINT pam_pkey PRIMARY KEY CONSTRAINT pam_id_check CHECK (id LIKE 'pam\_%'),
  promotion_id            TEXT        NOT NULL,
  method_kind             TEXT        NOT NULL
    CONSTRAINT pam_method_kind_check CHECK (method_kind IN ('fixed', 'percentage')),
  target                  TEXT        NOT NULL
    CONSTRAINT pam_target_check CHECK (target IN ('order', 'items', 'shipping_methods')),
  allocation              TEXT CONSTRAINT pam_allocation_check CHECK (allocation IN ('each', 'across', 'once')),
  rate                    NUMERIC,
  currency_code           TEXT,
  amount                  NUMERIC,
  raw_amount              JSONB,
  CONSTRAINT pam_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  max_quantity            INTEGER,
  apply_to_quantity       INTEGER,
  buy_rules_min_quantity  INTEGER,
  status                  JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pam_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pam_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pam_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts               TIMESTAMPTZ,
  CONSTRAINT pam_row_check CHECK (num_nonnulls(rate, amount) = 1)
);

CREATE UNIQUE INDEX pam_promotion_id_key ON promotion_application_method (promotion_id);

COMMENT ON TABLE promotion_application_method IS
'How a promotion changes amounts (1:1 with promotion).
module: 11 Promotion';
COMMENT ON COLUMN promotion_application_method.promotion_id           IS 'ref: promotion.id';
COMMENT ON COLUMN promotion_application_method.rate                   IS 'Fraction of one; exactly one of rate and amount is set.';
COMMENT ON COLUMN promotion_application_method.currency_code          IS 'ref: currency.code';
COMMENT ON COLUMN promotion_application_method.amount                 IS 'Exactly one of rate and amount is set.';
COMMENT ON COLUMN promotion_application_method.max_quantity           IS 'Upper end of the band, included; null is open.';
COMMENT ON COLUMN promotion_application_method.apply_to_quantity      IS 'Units that get the discount in a buy-get promotion.';
COMMENT ON COLUMN promotion_application_method.buy_rules_min_quantity IS 'Units to buy in a buy-get promotion.';

CREATE TABLE promotion_rule (
  id            TEXT        CONSTRAINT prmr_pkey PRIMARY KEY CONSTRAINT prmr_id_check CHECK (id LIKE 'prmr\_%'),
  promotion_id  TEXT        NOT NULL,
  rule_role     TEXT        NOT NULL DEFAULT 'eligibility'
    CONSTRAINT prmr_rule_role_check CHECK (rule_role IN ('eligibility', 'target', 'buy')),
  attribute     TEXT        NOT NULL,
  operator      TEXT        NOT NULL
    CONSTRAINT prmr_operator_check CHECK (operator IN ('eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in')),
  value_list    JSONB       NOT NULL DEFAULT '{}',
  description   TEXT,
  status        JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT prmr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prmr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prmr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts     TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts     TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts     TIMESTAMPTZ
);

CREATE INDEX prmr_promotion_id_idx ON promotion_rule (promotion_id);

COMMENT ON TABLE promotion_rule IS
'Eligibility, target or buy rule of a promotion, with its values.
module: 11 Promotion';
COMMENT ON COLUMN promotion_rule.promotion_id IS 'ref: promotion.id';
COMMENT ON COLUMN promotion_rule.attribute    IS 'Dotted path of the field compared.';
COMMENT ON COLUMN promotion_rule.operator     IS 'Comparison of attribute and value.';
COMMENT ON COLUMN promotion_rule.value_list   IS 'JSON array of the values compared with.';

-- migrate:down

DROP TABLE promotion_rule;
DROP TABLE promotion_application_method;
DROP TABLE promotion;
DROP TABLE promotion_campaign;
