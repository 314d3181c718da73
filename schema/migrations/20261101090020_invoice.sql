-- Module 20, Invoice (creator commerce): 5 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE invoice (
  id                    TEXT        CONSTRAINT inv_pkey PRIMARY KEY CONSTRAINT inv_id_check CHECK (id LIKE 'inv\_%'),
  publisher_id          TEXT        NOT NULL,
  document_artifact_id  TEXT,
  invoice_number        TEXT        NOT NULL,
  invoice_kind          TEXT        NOT NULL DEFAULT 'self_billed'
    CONSTRAINT inv_invoice_kind_check CHECK (invoice_kind IN (
      'self_billed', 'publisher_issued', 'program_fee', 'advertiser')),
  period_start_date     DATE,
  period_end_date       DATE,
  bill_from             JSONB       NOT NULL DEFAULT '{}',
  bill_to               JSONB       NOT NULL DEFAULT '{}',
  currency_code         TEXT        NOT NULL,
  subtotal              NUMERIC,
  raw_subtotal          JSONB,
  CONSTRAINT inv_subtotal_check CHECK ((subtotal IS NULL) = (raw_subtotal IS NULL)),
  tax_total             NUMERIC,
  raw_tax_total         JSONB,
  CONSTRAINT inv_tax_total_check CHECK ((tax_total IS NULL) = (raw_tax_total IS NULL)),
  total                 NUMERIC     NOT NULL,
  raw_total             JSONB       NOT NULL,
  CONSTRAINT inv_total_check CHECK ((total IS NULL) = (raw_total IS NULL)),
  amount_due            NUMERIC,
  raw_amount_due        JSONB,
  CONSTRAINT inv_amount_due_check CHECK ((amount_due IS NULL) = (raw_amount_due IS NULL)),
  issue_ts              TIMESTAMPTZ,
  due_ts                TIMESTAMPTZ,
  pay_ts                TIMESTAMPTZ,
  void_ts               TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT inv_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Issued', 'PartiallyPaid', 'Paid', 'Overdue', 'Void')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT inv_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT inv_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE UNIQUE INDEX inv_invoice_number_key        ON invoice (invoice_number);
CREATE INDEX        inv_publisher_id_issue_ts_idx ON invoice (publisher_id, issue_ts DESC);
CREATE INDEX        inv_phase_due_ts_idx          ON invoice ((status->>'phase'), due_ts);
CREATE INDEX        inv_document_artifact_id_idx  ON invoice (document_artifact_id);

COMMENT ON TABLE invoice IS
'Invoice between the platform and a publisher (self-billed as a rule).
module: 20 Invoice';
COMMENT ON COLUMN invoice.publisher_id         IS 'ref: publisher.id';
COMMENT ON COLUMN invoice.document_artifact_id IS 'ref: macrodata_artifact.id — the rendered document';
COMMENT ON COLUMN invoice.period_start_date    IS 'First day of the period.';
COMMENT ON COLUMN invoice.period_end_date      IS 'Last day of the period, included.';
COMMENT ON COLUMN invoice.bill_from            IS 'Snapshot of the issuer.';
COMMENT ON COLUMN invoice.bill_to              IS 'Snapshot of the receiver.';
COMMENT ON COLUMN invoice.currency_code        IS 'ref: currency.code';
COMMENT ON COLUMN invoice.amount_due           IS 'total less payments and credit notes.';

CREATE TABLE invoice_line (
  id               TEXT        CONSTRAINT invl_pkey PRIMARY KEY CONSTRAINT invl_id_check CHECK (id LIKE 'invl\_%'),
  invoice_id       TEXT        NOT NULL,
  commission_id    TEXT,
  position         INTEGER     NOT NULL DEFAULT 1,
  description      TEXT        NOT NULL,
  quantity         NUMERIC     NOT NULL DEFAULT 1,
  currency_code    TEXT        NOT NULL,
  unit_amount      NUMERIC,
  raw_unit_amount  JSONB,
  CONSTRAINT invl_unit_amount_check CHECK ((unit_amount IS NULL) = (raw_unit_amount IS NULL)),
  amount           NUMERIC     NOT NULL,
  raw_amount       JSONB       NOT NULL,
  CONSTRAINT invl_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  tax_amount       NUMERIC,
  raw_tax_amount   JSONB,
  CONSTRAINT invl_tax_amount_check CHECK ((tax_amount IS NULL) = (raw_tax_amount IS NULL)),
  status           JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT invl_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT invl_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations      JSONB       NOT NULL DEFAULT '{}' CONSTRAINT invl_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts        TIMESTAMPTZ
);

CREATE UNIQUE INDEX invl_invoice_id_position_key ON invoice_line (invoice_id, position);
CREATE INDEX        invl_commission_id_idx       ON invoice_line (commission_id);

COMMENT ON TABLE invoice_line IS
'Line of an invoice.
module: 20 Invoice';
COMMENT ON COLUMN invoice_line.invoice_id    IS 'ref: invoice.id';
COMMENT ON COLUMN invoice_line.commission_id IS 'ref: commission.id';
COMMENT ON COLUMN invoice_line.position      IS 'Order within the parent, from 1.';
COMMENT ON COLUMN invoice_line.quantity      IS 'May be a fraction.';
COMMENT ON COLUMN invoice_line.currency_code IS 'ref: currency.code';

CREATE TABLE invoice_tax_line (
  id                  TEXT        CONSTRAINT invt_pkey PRIMARY KEY CONSTRAINT invt_id_check CHECK (id LIKE 'invt\_%'),
  invoice_id          TEXT        NOT NULL,
  invoice_line_id     TEXT,
  position            INTEGER     NOT NULL DEFAULT 1,
  tax_kind            TEXT        NOT NULL
    CONSTRAINT invt_tax_kind_check CHECK (tax_kind IN ('vat', 'gst', 'sales', 'withholding', 'reverse_charge')),
  jurisdiction        TEXT,
  rate                NUMERIC     NOT NULL,
  currency_code       TEXT        NOT NULL,
  taxable_amount      NUMERIC,
  raw_taxable_amount  JSONB,
  CONSTRAINT invt_taxable_amount_check CHECK ((taxable_amount IS NULL) = (raw_taxable_amount IS NULL)),
  amount              NUMERIC     NOT NULL,
  raw_amount          JSONB       NOT NULL,
  CONSTRAINT invt_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT invt_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT invt_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT invt_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX invt_invoice_id_position_key ON invoice_tax_line (invoice_id, position);
CREATE INDEX        invt_invoice_line_id_idx     ON invoice_tax_line (invoice_line_id);

COMMENT ON TABLE invoice_tax_line IS
'Tax on an invoice or one of its lines.
module: 20 Invoice';
COMMENT ON COLUMN invoice_tax_line.invoice_id      IS 'ref: invoice.id';
COMMENT ON COLUMN invoice_tax_line.invoice_line_id IS 'ref: invoice_line.id';
COMMENT ON COLUMN invoice_tax_line.position        IS 'Order within the parent, from 1.';
COMMENT ON COLUMN invoice_tax_line.jurisdiction    IS 'Country or subdivision whose tax it is.';
COMMENT ON COLUMN invoice_tax_line.rate            IS 'Fraction of one: 0.2 is 20 %.';
COMMENT ON COLUMN invoice_tax_line.currency_code   IS 'ref: currency.code';

CREATE TABLE invoice_payment (
  id                 TEXT        CONSTRAINT invp_pkey PRIMARY KEY CONSTRAINT invp_id_check CHECK (id LIKE 'invp\_%'),
  invoice_id         TEXT        NOT NULL,
  payout_id          TEXT,
  position           INTEGER     NOT NULL DEFAULT 1,
  currency_code      TEXT        NOT NULL,
  amount             NUMERIC     NOT NULL,
  raw_amount         JSONB       NOT NULL,
  CONSTRAINT invp_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  payment_reference  TEXT,
  pay_ts             TIMESTAMPTZ NOT NULL,
  status             JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT invp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT invp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT invp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts          TIMESTAMPTZ
);

CREATE UNIQUE INDEX invp_invoice_id_position_key ON invoice_payment (invoice_id, position);
CREATE INDEX        invp_payout_id_idx           ON invoice_payment (payout_id);

COMMENT ON TABLE invoice_payment IS
'Payout or other payment allocated to an invoice.
module: 20 Invoice';
COMMENT ON COLUMN invoice_payment.invoice_id        IS 'ref: invoice.id';
COMMENT ON COLUMN invoice_payment.payout_id         IS 'ref: payout.id';
COMMENT ON COLUMN invoice_payment.position          IS 'Order within the parent, from 1.';
COMMENT ON COLUMN invoice_payment.currency_code     IS 'ref: currency.code';
COMMENT ON COLUMN invoice_payment.payment_reference IS 'The gateway''s own number of the payment.';

CREATE TABLE credit_note (
  id                    TEXT        CONSTRAINT crn_pkey PRIMARY KEY CONSTRAINT crn_id_check CHECK (id LIKE 'crn\_%'),
  invoice_id            TEXT        NOT NULL,
  dispute_id            TEXT,
  document_artifact_id  TEXT,
  credit_note_number    TEXT        NOT NULL,
  reason                TEXT        NOT NULL
    CONSTRAINT crn_reason_check CHECK (reason IN ('refund', 'clawback', 'error', 'goodwill', 'dispute', 'other')),
  description           TEXT,
  lines                 JSONB       NOT NULL DEFAULT '{}',
  currency_code         TEXT        NOT NULL,
  amount                NUMERIC     NOT NULL,
  raw_amount            JSONB       NOT NULL,
  CONSTRAINT crn_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  issue_ts              TIMESTAMPTZ,
  apply_ts              TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT crn_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Issued', 'Applied', 'Void')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crn_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT crn_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE UNIQUE INDEX crn_credit_note_number_key   ON credit_note (credit_note_number);
CREATE INDEX        crn_invoice_id_idx           ON credit_note (invoice_id);
CREATE INDEX        crn_dispute_id_idx           ON credit_note (dispute_id);
CREATE INDEX        crn_document_artifact_id_idx ON credit_note (document_artifact_id);

COMMENT ON TABLE credit_note IS
'Correction of an issued invoice.
module: 20 Invoice';
COMMENT ON COLUMN credit_note.invoice_id           IS 'ref: invoice.id';
COMMENT ON COLUMN credit_note.dispute_id           IS 'ref: dispute.id';
COMMENT ON COLUMN credit_note.document_artifact_id IS 'ref: macrodata_artifact.id — the rendered document';
COMMENT ON COLUMN credit_note.lines                IS 'JSON array of lines; rarely more than a few.';
COMMENT ON COLUMN credit_note.currency_code        IS 'ref: currency.code';

-- migrate:down

DROP TABLE credit_note;
DROP TABLE invoice_payment;
DROP TABLE invoice_tax_line;
DROP TABLE invoice_line;
DROP TABLE invoice;
