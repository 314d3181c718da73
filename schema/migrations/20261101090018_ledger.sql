-- Module 18, Ledger (creator commerce): 5 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE ledger (
  id             TEXT        CONSTRAINT ldg_pkey PRIMARY KEY CONSTRAINT ldg_id_check CHECK (id LIKE 'ldg\_%'),
  code           TEXT        NOT NULL,
  name           TEXT        NOT NULL,
  currency_code  TEXT        NOT NULL,
  ledger_kind    TEXT        NOT NULL DEFAULT 'creator'
    CONSTRAINT ldg_ledger_kind_check CHECK (ledger_kind IN ('creator', 'platform', 'tax')),
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ldg_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ldg_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ldg_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ
);

CREATE UNIQUE INDEX ldg_code_key ON ledger (code) WHERE delete_ts IS NULL;

COMMENT ON TABLE ledger IS
'Book of accounts in one currency.
module: 18 Ledger';
COMMENT ON COLUMN ledger.currency_code IS 'ref: currency.code';

CREATE TABLE ledger_account (
  id                    TEXT        CONSTRAINT lac_pkey PRIMARY KEY CONSTRAINT lac_id_check CHECK (id LIKE 'lac\_%'),
  ledger_id             TEXT        NOT NULL,
  publisher_id          TEXT,
  code                  TEXT        NOT NULL,
  name                  TEXT        NOT NULL,
  account_kind          TEXT        NOT NULL
    CONSTRAINT lac_account_kind_check CHECK (account_kind IN ('asset', 'liability', 'equity', 'revenue', 'expense')),
  normal_side           TEXT        NOT NULL
    CONSTRAINT lac_normal_side_check CHECK (normal_side IN ('debit', 'credit')),
  is_overdraft_allowed  BOOLEAN     NOT NULL DEFAULT false,
  close_ts              TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Open","conditions":[]}'
    CONSTRAINT lac_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Open', 'Frozen', 'Closed')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lac_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lac_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE UNIQUE INDEX lac_ledger_id_code_key ON ledger_account (ledger_id, code);
CREATE INDEX        lac_publisher_id_idx   ON ledger_account (publisher_id);

COMMENT ON TABLE ledger_account IS
'Account of a ledger, e.g. `publisher:pub_x:payable`.
module: 18 Ledger';
COMMENT ON COLUMN ledger_account.ledger_id    IS 'ref: ledger.id';
COMMENT ON COLUMN ledger_account.publisher_id IS 'ref: publisher.id';
COMMENT ON COLUMN ledger_account.code         IS 'Path such as publisher:pub_x:payable.';
COMMENT ON COLUMN ledger_account.normal_side  IS 'Side on which the balance grows.';

CREATE TABLE ledger_transaction (
  id                              TEXT        CONSTRAINT ltx_pkey PRIMARY KEY CONSTRAINT ltx_id_check CHECK (id LIKE 'ltx\_%'),
  ledger_id                       TEXT        NOT NULL,
  reversed_ledger_transaction_id  TEXT,
  transaction_kind                TEXT        NOT NULL
    CONSTRAINT ltx_transaction_kind_check CHECK (transaction_kind IN (
      'accrual', 'release', 'payout', 'reversal', 'fee', 'tax', 'adjustment', 'opening')),
  idempotency_key                 TEXT        NOT NULL,
  description                     TEXT,
  currency_code                   TEXT        NOT NULL,
  amount                          NUMERIC     NOT NULL,
  raw_amount                      JSONB       NOT NULL,
  CONSTRAINT ltx_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  create_principal_id             TEXT,
  effective_ts                    TIMESTAMPTZ NOT NULL,
  post_ts                         TIMESTAMPTZ,
  void_ts                         TIMESTAMPTZ,
  timeout_ts                      TIMESTAMPTZ,
  status                          JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT ltx_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Posted', 'Voided')),
  labels                          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ltx_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ltx_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                       TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                       TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                       TIMESTAMPTZ
);

CREATE UNIQUE INDEX ltx_idempotency_key_key                ON ledger_transaction (idempotency_key);
CREATE INDEX        ltx_ledger_id_effective_ts_id_idx      ON ledger_transaction (ledger_id, effective_ts DESC, id);
CREATE INDEX        ltx_phase_timeout_ts_idx               ON ledger_transaction ((status->>'phase'), timeout_ts);
CREATE INDEX        ltx_reversed_ledger_transaction_id_idx ON ledger_transaction (reversed_ledger_transaction_id);

COMMENT ON TABLE ledger_transaction IS
'Balanced set of entries; immutable once posted, corrected by a reversal.
module: 18 Ledger
note: two-phase: Pending reserves, Posted counts, Voided releases. amount is the debit total.';
COMMENT ON COLUMN ledger_transaction.ledger_id                      IS 'ref: ledger.id';
COMMENT ON COLUMN ledger_transaction.reversed_ledger_transaction_id IS 'ref: ledger_transaction.id — the transaction this one takes back';
COMMENT ON COLUMN ledger_transaction.idempotency_key                IS 'Makes the write that created the row repeatable: the same key never makes a second row.';
COMMENT ON COLUMN ledger_transaction.currency_code                  IS 'ref: currency.code';
COMMENT ON COLUMN ledger_transaction.amount                         IS 'Total of the debits.';
COMMENT ON COLUMN ledger_transaction.create_principal_id            IS 'ref: principal.id — who created it';
COMMENT ON COLUMN ledger_transaction.effective_ts                   IS 'Accounting time.';
COMMENT ON COLUMN ledger_transaction.timeout_ts                     IS 'When a pending transaction is voided by itself.';

CREATE TABLE ledger_entry (
  id                     TEXT        CONSTRAINT lent_pkey PRIMARY KEY CONSTRAINT lent_id_check CHECK (id LIKE 'lent\_%'),
  ledger_transaction_id  TEXT        NOT NULL,
  ledger_account_id      TEXT        NOT NULL,
  position               INTEGER     NOT NULL DEFAULT 1,
  direction              TEXT        NOT NULL CONSTRAINT lent_direction_check CHECK (direction IN ('debit', 'credit')),
  currency_code          TEXT        NOT NULL,
  amount                 NUMERIC     NOT NULL,
  raw_amount             JSONB       NOT NULL,
  CONSTRAINT lent_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  memo                   TEXT,
  effective_ts           TIMESTAMPTZ NOT NULL,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lent_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lent_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lent_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ,
  CONSTRAINT lent_row_check CHECK (amount > 0)
);

CREATE UNIQUE INDEX lent_ledger_transaction_id_position_key    ON ledger_entry (ledger_transaction_id, position);
CREATE INDEX        lent_ledger_account_id_effective_ts_id_idx ON ledger_entry (ledger_account_id, effective_ts DESC, id);

COMMENT ON TABLE ledger_entry IS
'One debit or credit. Per transaction: sum of debits = sum of credits (the application checks it in the same SQL transaction).
module: 18 Ledger';
COMMENT ON COLUMN ledger_entry.ledger_transaction_id IS 'ref: ledger_transaction.id';
COMMENT ON COLUMN ledger_entry.ledger_account_id     IS 'ref: ledger_account.id';
COMMENT ON COLUMN ledger_entry.position              IS 'Order within the parent, from 1.';
COMMENT ON COLUMN ledger_entry.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN ledger_entry.amount                IS 'Always positive; direction gives the side.';
COMMENT ON COLUMN ledger_entry.effective_ts          IS 'Copy of the transaction''s, for keyset pages of an account.';

CREATE TABLE ledger_balance (
  id                    TEXT        CONSTRAINT lbal_pkey PRIMARY KEY CONSTRAINT lbal_id_check CHECK (id LIKE 'lbal\_%'),
  ledger_account_id     TEXT        NOT NULL,
  last_ledger_entry_id  TEXT,
  currency_code         TEXT        NOT NULL,
  debit_posted          NUMERIC     NOT NULL,
  raw_debit_posted      JSONB       NOT NULL,
  CONSTRAINT lbal_debit_posted_check CHECK ((debit_posted IS NULL) = (raw_debit_posted IS NULL)),
  credit_posted         NUMERIC     NOT NULL,
  raw_credit_posted     JSONB       NOT NULL,
  CONSTRAINT lbal_credit_posted_check CHECK ((credit_posted IS NULL) = (raw_credit_posted IS NULL)),
  debit_pending         NUMERIC     NOT NULL,
  raw_debit_pending     JSONB       NOT NULL,
  CONSTRAINT lbal_debit_pending_check CHECK ((debit_pending IS NULL) = (raw_debit_pending IS NULL)),
  credit_pending        NUMERIC     NOT NULL,
  raw_credit_pending    JSONB       NOT NULL,
  CONSTRAINT lbal_credit_pending_check CHECK ((credit_pending IS NULL) = (raw_credit_pending IS NULL)),
  resource_version      BIGINT      NOT NULL DEFAULT 1,
  observe_ts            TIMESTAMPTZ NOT NULL,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lbal_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lbal_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lbal_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE UNIQUE INDEX lbal_ledger_account_id_key    ON ledger_balance (ledger_account_id);
CREATE INDEX        lbal_last_ledger_entry_id_idx ON ledger_balance (last_ledger_entry_id);

COMMENT ON TABLE ledger_balance IS
'Running volumes of an account (one row per account), recomputable from entries.
module: 18 Ledger
note: update with WHERE resource_version = $n; zero rows = conflict, retry.';
COMMENT ON COLUMN ledger_balance.ledger_account_id    IS 'ref: ledger_account.id';
COMMENT ON COLUMN ledger_balance.last_ledger_entry_id IS 'ref: ledger_entry.id — last entry counted';
COMMENT ON COLUMN ledger_balance.currency_code        IS 'ref: currency.code';
COMMENT ON COLUMN ledger_balance.debit_posted         IS 'Sum of posted debits.';
COMMENT ON COLUMN ledger_balance.credit_posted        IS 'Sum of posted credits.';
COMMENT ON COLUMN ledger_balance.debit_pending        IS 'Sum of pending debits.';
COMMENT ON COLUMN ledger_balance.credit_pending       IS 'Sum of pending credits.';
COMMENT ON COLUMN ledger_balance.resource_version     IS 'Optimistic lock: each write requires the version it read and adds one.';
COMMENT ON COLUMN ledger_balance.observe_ts           IS 'When the totals were read or computed.';

-- migrate:down

DROP TABLE ledger_balance;
DROP TABLE ledger_entry;
DROP TABLE ledger_transaction;
DROP TABLE ledger_account;
DROP TABLE ledger;
