-- Module 17, Membership (creator commerce): 6 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE membership_program (
  id                     TEXT        CONSTRAINT mprg_pkey PRIMARY KEY CONSTRAINT mprg_id_check CHECK (id LIKE 'mprg\_%'),
  code                   TEXT        NOT NULL,
  name                   TEXT        NOT NULL,
  program_kind           TEXT        NOT NULL DEFAULT 'affiliate'
    CONSTRAINT mprg_program_kind_check CHECK (program_kind IN (
      'affiliate', 'creator', 'ambassador', 'referral', 'media')),
  description            TEXT,
  terms_policy_id        TEXT,
  ledger_id              TEXT,
  default_currency_code  TEXT        NOT NULL,
  cookie_window_days     INTEGER     NOT NULL DEFAULT 30,
  hold_days              INTEGER     NOT NULL DEFAULT 30,
  min_payout_amount      NUMERIC,
  raw_min_payout_amount  JSONB,
  CONSTRAINT mprg_min_payout_amount_check CHECK ((min_payout_amount IS NULL) = (raw_min_payout_amount IS NULL)),
  attribution_model      TEXT        NOT NULL DEFAULT 'last_touch'
    CONSTRAINT mprg_attribution_model_check CHECK (attribution_model IN (
      'last_touch', 'first_touch', 'linear', 'manual')),
  is_auto_approved       BOOLEAN     NOT NULL DEFAULT false,
  is_public              BOOLEAN     NOT NULL DEFAULT false,
  start_ts               TIMESTAMPTZ,
  end_ts                 TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT mprg_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Active', 'Paused', 'Closed')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mprg_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mprg_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX mprg_code_key            ON membership_program (code) WHERE delete_ts IS NULL;
CREATE INDEX        mprg_terms_policy_id_idx ON membership_program (terms_policy_id);
CREATE INDEX        mprg_ledger_id_idx       ON membership_program (ledger_id);

COMMENT ON TABLE membership_program IS
'Affiliate or creator program publishers join (the “program” of telemetry enrichment).
module: 17 Membership';
COMMENT ON COLUMN membership_program.terms_policy_id       IS 'ref: policy.id — terms a member accepts';
COMMENT ON COLUMN membership_program.ledger_id             IS 'ref: ledger.id';
COMMENT ON COLUMN membership_program.default_currency_code IS 'ref: currency.code — where none is named';
COMMENT ON COLUMN membership_program.cookie_window_days    IS 'Days after a click in which an order is credited.';
COMMENT ON COLUMN membership_program.hold_days             IS 'Days an earned commission waits for returns.';
COMMENT ON COLUMN membership_program.attribution_model     IS 'Which touch is credited.';

CREATE TABLE membership_tier (
  id                     TEXT        CONSTRAINT mtir_pkey PRIMARY KEY CONSTRAINT mtir_id_check CHECK (id LIKE 'mtir\_%'),
  membership_program_id  TEXT        NOT NULL,
  code                   TEXT        NOT NULL,
  name                   TEXT        NOT NULL,
  rank                   INTEGER     NOT NULL DEFAULT 0,
  currency_code          TEXT,
  min_sales_amount       NUMERIC,
  raw_min_sales_amount   JSONB,
  CONSTRAINT mtir_min_sales_amount_check CHECK ((min_sales_amount IS NULL) = (raw_min_sales_amount IS NULL)),
  min_conversion_count   BIGINT      NOT NULL DEFAULT 0 CONSTRAINT mtir_min_conversion_count_check CHECK (min_conversion_count >= 0),
  qualification          JSONB       NOT NULL DEFAULT '{}',
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT mtir_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mtir_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mtir_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX mtir_membership_program_id_code_key ON membership_tier (membership_program_id, code) WHERE delete_ts IS NULL;
CREATE UNIQUE INDEX mtir_membership_program_id_rank_key ON membership_tier (membership_program_id, rank) WHERE delete_ts IS NULL;

COMMENT ON TABLE membership_tier IS
'Level within a program.
module: 17 Membership';
COMMENT ON COLUMN membership_tier.membership_program_id IS 'ref: membership_program.id';
COMMENT ON COLUMN membership_tier.rank                  IS 'Sort order, lowest first.';
COMMENT ON COLUMN membership_tier.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN membership_tier.qualification         IS 'Conditions beyond the two minimum columns.';

CREATE TABLE membership_application (
  id                     TEXT        CONSTRAINT mapp_pkey PRIMARY KEY CONSTRAINT mapp_id_check CHECK (id LIKE 'mapp\_%'),
  membership_program_id  TEXT        NOT NULL,
  publisher_id           TEXT,
  applicant_name         TEXT        NOT NULL,
  applicant_email        TEXT        NOT NULL,
  country_code           TEXT,
  channel_urls           TEXT[]      NOT NULL DEFAULT '{}',
  answers                JSONB       NOT NULL DEFAULT '{}',
  review_principal_id    TEXT,
  review_note            TEXT,
  submit_ts              TIMESTAMPTZ NOT NULL,
  review_ts              TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Submitted","conditions":[]}'
    CONSTRAINT mapp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Submitted', 'InReview', 'Approved', 'Rejected', 'Withdrawn')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mapp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mapp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX mapp_membership_program_id_phase_submit_ts_idx ON membership_application (membership_program_id, (status->>'phase'), submit_ts DESC);
CREATE INDEX mapp_lower_applicant_email_idx                 ON membership_application (lower(applicant_email));
CREATE INDEX mapp_publisher_id_idx                          ON membership_application (publisher_id);

COMMENT ON TABLE membership_application IS
'Request to join a program.
module: 17 Membership';
COMMENT ON COLUMN membership_application.membership_program_id IS 'ref: membership_program.id';
COMMENT ON COLUMN membership_application.publisher_id          IS 'ref: publisher.id';
COMMENT ON COLUMN membership_application.country_code          IS 'ref: region_country.iso_2';
COMMENT ON COLUMN membership_application.answers               IS 'Answers by field name.';
COMMENT ON COLUMN membership_application.review_principal_id   IS 'ref: principal.id — who reviewed it';

CREATE TABLE membership (
  id                         TEXT        CONSTRAINT mem_pkey PRIMARY KEY CONSTRAINT mem_id_check CHECK (id LIKE 'mem\_%'),
  membership_program_id      TEXT        NOT NULL,
  publisher_id               TEXT        NOT NULL,
  membership_tier_id         TEXT,
  membership_application_id  TEXT,
  referral_code              TEXT        NOT NULL,
  end_reason                 TEXT
    CONSTRAINT mem_end_reason_check CHECK (end_reason IN (
      'request', 'inactive', 'terms', 'fraud', 'content', 'program_closed', 'other')),
  invite_ts                  TIMESTAMPTZ,
  start_ts                   TIMESTAMPTZ,
  suspend_ts                 TIMESTAMPTZ,
  end_ts                     TIMESTAMPTZ,
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Invited","conditions":[]}'
    CONSTRAINT mem_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Invited', 'Pending', 'Active', 'Suspended', 'Ended', 'Banned')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mem_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mem_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ
);

CREATE UNIQUE INDEX mem_membership_program_id_publisher_id_key ON membership (membership_program_id, publisher_id) WHERE delete_ts IS NULL;
CREATE UNIQUE INDEX mem_referral_code_key                      ON membership (referral_code);
CREATE INDEX        mem_publisher_id_idx                       ON membership (publisher_id);
CREATE INDEX        mem_membership_tier_id_idx                 ON membership (membership_tier_id);
CREATE INDEX        mem_membership_application_id_idx          ON membership (membership_application_id);

COMMENT ON TABLE membership IS
'A publisher''s membership in a program.
module: 17 Membership';
COMMENT ON COLUMN membership.membership_program_id     IS 'ref: membership_program.id';
COMMENT ON COLUMN membership.publisher_id              IS 'ref: publisher.id';
COMMENT ON COLUMN membership.membership_tier_id        IS 'ref: membership_tier.id';
COMMENT ON COLUMN membership.membership_application_id IS 'ref: membership_application.id';
COMMENT ON COLUMN membership.referral_code             IS 'Code that credits the publisher without a click.';

CREATE TABLE membership_benefit (
  id                  TEXT        CONSTRAINT mben_pkey PRIMARY KEY CONSTRAINT mben_id_check CHECK (id LIKE 'mben\_%'),
  membership_tier_id  TEXT        NOT NULL,
  promotion_id        TEXT,
  benefit_kind        TEXT        NOT NULL
    CONSTRAINT mben_benefit_kind_check CHECK (benefit_kind IN (
      'commission_boost', 'discount_code', 'free_product', 'early_access', 'bonus', 'flat_fee')),
  rate                NUMERIC,
  currency_code       TEXT,
  amount              NUMERIC,
  raw_amount          JSONB,
  CONSTRAINT mben_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  description         TEXT,
  start_ts            TIMESTAMPTZ,
  end_ts              TIMESTAMPTZ,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT mben_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mben_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mben_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE INDEX mben_membership_tier_id_idx ON membership_benefit (membership_tier_id);
CREATE INDEX mben_promotion_id_idx       ON membership_benefit (promotion_id);

COMMENT ON TABLE membership_benefit IS
'What a tier grants.
module: 17 Membership';
COMMENT ON COLUMN membership_benefit.membership_tier_id IS 'ref: membership_tier.id';
COMMENT ON COLUMN membership_benefit.promotion_id       IS 'ref: promotion.id';
COMMENT ON COLUMN membership_benefit.rate               IS 'Fraction of one: 0.2 is 20 %.';
COMMENT ON COLUMN membership_benefit.currency_code      IS 'ref: currency.code';

CREATE TABLE membership_period (
  id                     TEXT        CONSTRAINT mprd_pkey PRIMARY KEY CONSTRAINT mprd_id_check CHECK (id LIKE 'mprd\_%'),
  membership_id          TEXT        NOT NULL,
  membership_tier_id     TEXT,
  period_start_date      DATE        NOT NULL,
  period_end_date        DATE        NOT NULL,
  click_count            BIGINT      NOT NULL DEFAULT 0 CONSTRAINT mprd_click_count_check CHECK (click_count >= 0),
  conversion_count       BIGINT      NOT NULL DEFAULT 0 CONSTRAINT mprd_conversion_count_check CHECK (conversion_count >= 0),
  currency_code          TEXT,
  sales_amount           NUMERIC,
  raw_sales_amount       JSONB,
  CONSTRAINT mprd_sales_amount_check CHECK ((sales_amount IS NULL) = (raw_sales_amount IS NULL)),
  commission_amount      NUMERIC,
  raw_commission_amount  JSONB,
  CONSTRAINT mprd_commission_amount_check CHECK ((commission_amount IS NULL) = (raw_commission_amount IS NULL)),
  evaluate_ts            TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Open","conditions":[]}'
    CONSTRAINT mprd_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Open', 'Evaluated', 'Closed')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mprd_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mprd_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ,
  CONSTRAINT mprd_row_check CHECK (period_start_date <= period_end_date)
);

CREATE UNIQUE INDEX mprd_membership_id_period_start_date_key ON membership_period (membership_id, period_start_date);
CREATE INDEX        mprd_membership_tier_id_idx              ON membership_period (membership_tier_id);

COMMENT ON TABLE membership_period IS
'Evaluation period of a membership: totals and the tier earned.
module: 17 Membership';
COMMENT ON COLUMN membership_period.membership_id      IS 'ref: membership.id';
COMMENT ON COLUMN membership_period.membership_tier_id IS 'ref: membership_tier.id';
COMMENT ON COLUMN membership_period.period_start_date  IS 'First day of the period.';
COMMENT ON COLUMN membership_period.period_end_date    IS 'Last day of the period, included.';
COMMENT ON COLUMN membership_period.currency_code      IS 'ref: currency.code';

-- migrate:down

DROP TABLE membership_period;
DROP TABLE membership_benefit;
DROP TABLE membership;
DROP TABLE membership_application;
DROP TABLE membership_tier;
DROP TABLE membership_program;
