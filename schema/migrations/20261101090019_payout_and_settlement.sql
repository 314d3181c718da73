-- Module 19, Payout & Settlement (creator commerce): 4 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE payout_account (
  id                  TEXT        CONSTRAINT poa_pkey PRIMARY KEY CONSTRAINT poa_id_check CHECK (id LIKE 'poa\_%'),
  publisher_id        TEXT        NOT NULL,
  payout_method       TEXT        NOT NULL
    CONSTRAINT poa_payout_method_check CHECK (payout_method IN (
      'bank_transfer', 'paypal', 'stripe_connect', 'wise', 'store_credit', 'manual')),
  provider_reference  TEXT,
  holder_name         TEXT,
  country_code        TEXT,
  currency_code       TEXT        NOT NULL,
  masked_detail       JSONB       NOT NULL DEFAULT '{}',
  is_default          BOOLEAN     NOT NULL DEFAULT false,
  verify_ts           TIMESTAMPTZ,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT poa_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Verified', 'Disabled')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT poa_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT poa_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX poa_publisher_id_key ON payout_account (publisher_id) WHERE is_default AND delete_ts IS NULL;
CREATE INDEX        poa_publisher_id_idx ON payout_account (publisher_id);

COMMENT ON TABLE payout_account IS
'Where a publisher is paid.
module: 19 Payout & Settlement';
COMMENT ON COLUMN payout_account.publisher_id       IS 'ref: publisher.id';
COMMENT ON COLUMN payout_account.provider_reference IS 'The provider''s own id.';
COMMENT ON COLUMN payout_account.country_code       IS 'ref: region_country.iso_2';
COMMENT ON COLUMN payout_account.currency_code      IS 'ref: currency.code';
COMMENT ON COLUMN payout_account.masked_detail      IS 'What may be shown: bank, last digits.';

CREATE TABLE payout_batch (
  id                    TEXT        CONSTRAINT pob_pkey PRIMARY KEY CONSTRAINT pob_id_check CHECK (id LIKE 'pob\_%'),
  ledger_id             TEXT        NOT NULL,
  code                  TEXT        NOT NULL,
  period_start_date     DATE        NOT NULL,
  period_end_date       DATE        NOT NULL,
  currency_code         TEXT        NOT NULL,
  total_amount          NUMERIC,
  raw_total_amount      JSONB,
  CONSTRAINT pob_total_amount_check CHECK ((total_amount IS NULL) = (raw_total_amount IS NULL)),
  payout_count          BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pob_payout_count_check CHECK (payout_count >= 0),
  approve_principal_id  TEXT,
  approve_ts            TIMESTAMPTZ,
  submit_ts             TIMESTAMPTZ,
  complete_ts           TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT pob_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Approved', 'Processing', 'Completed', 'Failed', 'Canceled')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pob_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pob_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE UNIQUE INDEX pob_code_key      ON payout_batch (code);
CREATE INDEX        pob_ledger_id_idx ON payout_batch (ledger_id);

COMMENT ON TABLE payout_batch IS
'Settlement run over a period.
module: 19 Payout & Settlement';
COMMENT ON COLUMN payout_batch.ledger_id            IS 'ref: ledger.id';
COMMENT ON COLUMN payout_batch.period_start_date    IS 'First day of the period.';
COMMENT ON COLUMN payout_batch.period_end_date      IS 'Last day of the period, included.';
COMMENT ON COLUMN payout_batch.currency_code        IS 'ref: currency.code';
COMMENT ON COLUMN payout_batch.approve_principal_id IS 'ref: principal.id — who approved it';

CREATE TABLE payout (
  id                       TEXT        CONSTRAINT pyo_pkey PRIMARY KEY CONSTRAINT pyo_id_check CHECK (id LIKE 'pyo\_%'),
  payout_batch_id          TEXT,
  publisher_id             TEXT        NOT NULL,
  payout_account_id        TEXT        NOT NULL,
  ledger_transaction_id    TEXT,
  idempotency_key          TEXT        NOT NULL,
  currency_code            TEXT        NOT NULL,
  amount                   NUMERIC     NOT NULL,
  raw_amount               JSONB       NOT NULL,
  CONSTRAINT pyo_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  fee_amount               NUMERIC,
  raw_fee_amount           JSONB,
  CONSTRAINT pyo_fee_amount_check CHECK ((fee_amount IS NULL) = (raw_fee_amount IS NULL)),
  tax_withheld_amount      NUMERIC,
  raw_tax_withheld_amount  JSONB,
  CONSTRAINT pyo_tax_withheld_amount_check CHECK ((tax_withheld_amount IS NULL) = (raw_tax_withheld_amount IS NULL)),
  net_amount               NUMERIC,
  raw_net_amount           JSONB,
  CONSTRAINT pyo_net_amount_check CHECK ((net_amount IS NULL) = (raw_net_amount IS NULL)),
  provider_reference       TEXT,
  failure_code             TEXT,
  failure_reason           TEXT,
  initiate_ts              TIMESTAMPTZ,
  pay_ts                   TIMESTAMPTZ,
  fail_ts                  TIMESTAMPTZ,
  status                   JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT pyo_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Processing', 'Sent', 'Completed', 'Failed', 'Canceled')),
  labels                   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pyo_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pyo_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                TIMESTAMPTZ
);

CREATE UNIQUE INDEX pyo_idempotency_key_key        ON payout (idempotency_key);
CREATE INDEX        pyo_publisher_id_create_ts_idx ON payout (publisher_id, create_ts DESC);
CREATE INDEX        pyo_phase_initiate_ts_idx      ON payout ((status->>'phase'), initiate_ts);
CREATE INDEX        pyo_provider_reference_idx     ON payout (provider_reference);
CREATE INDEX        pyo_payout_batch_id_idx        ON payout (payout_batch_id);
CREATE INDEX        pyo_payout_account_id_idx      ON payout (payout_account_id);
CREATE INDEX        pyo_ledger_transaction_id_idx  ON payout (ledger_transaction_id);

COMMENT ON TABLE payout IS
'Payment to a publisher.
module: 19 Payout & Settlement';
COMMENT ON COLUMN payout.payout_batch_id       IS 'ref: payout_batch.id';
COMMENT ON COLUMN payout.publisher_id          IS 'ref: publisher.id';
COMMENT ON COLUMN payout.payout_account_id     IS 'ref: payout_account.id';
COMMENT ON COLUMN payout.ledger_transaction_id IS 'ref: ledger_transaction.id';
COMMENT ON COLUMN payout.idempotency_key       IS 'Makes the write that created the row repeatable: the same key never makes a second row.';
COMMENT ON COLUMN payout.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN payout.net_amount            IS 'amount less fee and withheld tax.';
COMMENT ON COLUMN payout.provider_reference    IS 'The provider''s own id.';

CREATE TABLE payout_item (
  id             TEXT        CONSTRAINT poi_pkey PRIMARY KEY CONSTRAINT poi_id_check CHECK (id LIKE 'poi\_%'),
  payout_id      TEXT        NOT NULL,
  commission_id  TEXT,
  position       INTEGER     NOT NULL DEFAULT 1,
  item_kind      TEXT        NOT NULL DEFAULT 'commission'
    CONSTRAINT poi_item_kind_check CHECK (item_kind IN (
      'commission', 'bonus', 'adjustment', 'fee', 'tax_withholding')),
  currency_code  TEXT        NOT NULL,
  amount         NUMERIC     NOT NULL,
  raw_amount     JSONB       NOT NULL,
  CONSTRAINT poi_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT poi_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT poi_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT poi_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ
);

CREATE UNIQUE INDEX poi_payout_id_position_key ON payout_item (payout_id, position);
CREATE INDEX        poi_commission_id_idx      ON payout_item (commission_id);

COMMENT ON TABLE payout_item IS
'What a payout is made of.
module: 19 Payout & Settlement';
COMMENT ON COLUMN payout_item.payout_id     IS 'ref: payout.id';
COMMENT ON COLUMN payout_item.commission_id IS 'ref: commission.id';
COMMENT ON COLUMN payout_item.position      IS 'Order within the parent, from 1.';
COMMENT ON COLUMN payout_item.currency_code IS 'ref: currency.code';

-- migrate:down

DROP TABLE payout_item;
DROP TABLE payout;
DROP TABLE payout_batch;
DROP TABLE payout_account;
