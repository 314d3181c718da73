-- Module 21, Dispute (creator commerce): 4 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE dispute (
  id                  TEXT        CONSTRAINT dsp_pkey PRIMARY KEY CONSTRAINT dsp_id_check CHECK (id LIKE 'dsp\_%'),
  shopify_gid         TEXT        CONSTRAINT dsp_shopify_gid_key UNIQUE,
  dispute_number      TEXT        NOT NULL,
  dispute_kind        TEXT        NOT NULL
    CONSTRAINT dsp_dispute_kind_check CHECK (dispute_kind IN (
      'chargeback', 'inquiry', 'commission', 'attribution', 'invoice', 'payout', 'content', 'terms')),
  publisher_id        TEXT,
  customer_id         TEXT,
  order_header_id     TEXT,
  reason_code         TEXT,
  description         TEXT,
  priority            TEXT        NOT NULL DEFAULT 'normal'
    CONSTRAINT dsp_priority_check CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  currency_code       TEXT,
  amount              NUMERIC,
  raw_amount          JSONB,
  CONSTRAINT dsp_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  outcome             TEXT        NOT NULL DEFAULT 'pending'
    CONSTRAINT dsp_outcome_check CHECK (outcome IN (
      'pending', 'won', 'lost', 'accepted', 'upheld', 'partially_upheld', 'rejected', 'withdrawn')),
  resolution_note     TEXT,
  open_principal_id   TEXT,
  owner_principal_id  TEXT,
  open_ts             TIMESTAMPTZ NOT NULL,
  due_ts              TIMESTAMPTZ,
  resolve_ts          TIMESTAMPTZ,
  close_ts            TIMESTAMPTZ,
  source_create_ts    TIMESTAMPTZ,
  source_update_ts    TIMESTAMPTZ,
  sync_ts             TIMESTAMPTZ,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Open","conditions":[]}'
    CONSTRAINT dsp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Open', 'NeedsResponse', 'UnderReview', 'Resolved', 'Closed')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT dsp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT dsp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX dsp_dispute_number_key       ON dispute (dispute_number);
CREATE INDEX        dsp_phase_due_ts_idx         ON dispute ((status->>'phase'), due_ts);
CREATE INDEX        dsp_publisher_id_open_ts_idx ON dispute (publisher_id, open_ts DESC);
CREATE INDEX        dsp_customer_id_idx          ON dispute (customer_id);
CREATE INDEX        dsp_order_header_id_idx      ON dispute (order_header_id);

COMMENT ON TABLE dispute IS
'Case about money or attribution (chargeback, commission, invoice).
module: 21 Dispute
mirror: ShopifyPaymentsDispute';
COMMENT ON COLUMN dispute.publisher_id       IS 'ref: publisher.id';
COMMENT ON COLUMN dispute.customer_id        IS 'ref: customer.id';
COMMENT ON COLUMN dispute.order_header_id    IS 'ref: order_header.id';
COMMENT ON COLUMN dispute.reason_code        IS 'The network''s or our own code of the reason.';
COMMENT ON COLUMN dispute.currency_code      IS 'ref: currency.code';
COMMENT ON COLUMN dispute.open_principal_id  IS 'ref: principal.id — who opened it';
COMMENT ON COLUMN dispute.owner_principal_id IS 'ref: principal.id — who is responsible';

CREATE TABLE dispute_item (
  id                    TEXT        CONSTRAINT dspi_pkey PRIMARY KEY CONSTRAINT dspi_id_check CHECK (id LIKE 'dspi\_%'),
  dispute_id            TEXT        NOT NULL,
  order_transaction_id  TEXT,
  conversion_id         TEXT,
  commission_id         TEXT,
  invoice_id            TEXT,
  payout_id             TEXT,
  position              INTEGER     NOT NULL DEFAULT 1,
  currency_code         TEXT,
  claimed_amount        NUMERIC,
  raw_claimed_amount    JSONB,
  CONSTRAINT dspi_claimed_amount_check CHECK ((claimed_amount IS NULL) = (raw_claimed_amount IS NULL)),
  granted_amount        NUMERIC,
  raw_granted_amount    JSONB,
  CONSTRAINT dspi_granted_amount_check CHECK ((granted_amount IS NULL) = (raw_granted_amount IS NULL)),
  note                  TEXT,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT dspi_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT dspi_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT dspi_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ,
  CONSTRAINT dspi_row_check CHECK (num_nonnulls(order_transaction_id, conversion_id, commission_id, invoice_id, payout_id) = 1)
);

CREATE UNIQUE INDEX dspi_dispute_id_position_key  ON dispute_item (dispute_id, position);
CREATE INDEX        dspi_order_transaction_id_idx ON dispute_item (order_transaction_id);
CREATE INDEX        dspi_conversion_id_idx        ON dispute_item (conversion_id);
CREATE INDEX        dspi_commission_id_idx        ON dispute_item (commission_id);
CREATE INDEX        dspi_invoice_id_idx           ON dispute_item (invoice_id);
CREATE INDEX        dspi_payout_id_idx            ON dispute_item (payout_id);

COMMENT ON TABLE dispute_item IS
'What exactly is disputed.
module: 21 Dispute';
COMMENT ON COLUMN dispute_item.dispute_id           IS 'ref: dispute.id';
COMMENT ON COLUMN dispute_item.order_transaction_id IS 'ref: order_transaction.id';
COMMENT ON COLUMN dispute_item.conversion_id        IS 'ref: conversion.id';
COMMENT ON COLUMN dispute_item.commission_id        IS 'ref: commission.id';
COMMENT ON COLUMN dispute_item.invoice_id           IS 'ref: invoice.id';
COMMENT ON COLUMN dispute_item.payout_id            IS 'ref: payout.id';
COMMENT ON COLUMN dispute_item.position             IS 'Order within the parent, from 1.';
COMMENT ON COLUMN dispute_item.currency_code        IS 'ref: currency.code';

CREATE TABLE dispute_evidence (
  id                     TEXT        CONSTRAINT dspe_pkey PRIMARY KEY CONSTRAINT dspe_id_check CHECK (id LIKE 'dspe\_%'),
  dispute_id             TEXT        NOT NULL,
  macrodata_artifact_id  TEXT,
  evidence_kind          TEXT        NOT NULL
    CONSTRAINT dspe_evidence_kind_check CHECK (evidence_kind IN (
      'statement', 'receipt', 'shipping_proof', 'communication', 'screenshot', 'telemetry', 'policy', 'other')),
  statement              TEXT,
  submit_principal_id    TEXT,
  submit_ts              TIMESTAMPTZ NOT NULL,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT dspe_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT dspe_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT dspe_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX dspe_dispute_id_idx            ON dispute_evidence (dispute_id);
CREATE INDEX dspe_macrodata_artifact_id_idx ON dispute_evidence (macrodata_artifact_id);

COMMENT ON TABLE dispute_evidence IS
'Evidence submitted in a case.
module: 21 Dispute';
COMMENT ON COLUMN dispute_evidence.dispute_id            IS 'ref: dispute.id';
COMMENT ON COLUMN dispute_evidence.macrodata_artifact_id IS 'ref: macrodata_artifact.id';
COMMENT ON COLUMN dispute_evidence.submit_principal_id   IS 'ref: principal.id — who submitted it';

CREATE TABLE dispute_event (
  id                  TEXT        CONSTRAINT dspv_pkey PRIMARY KEY CONSTRAINT dspv_id_check CHECK (id LIKE 'dspv\_%'),
  dispute_id          TEXT        NOT NULL,
  event_kind          TEXT        NOT NULL
    CONSTRAINT dspv_event_kind_check CHECK (event_kind IN (
      'opened', 'message', 'evidence_added', 'status_changed', 'escalated', 'resolved', 'reopened', 'closed')),
  from_phase          TEXT,
  to_phase            TEXT,
  message             TEXT,
  is_internal         BOOLEAN     NOT NULL DEFAULT false,
  actor_principal_id  TEXT,
  occur_ts            TIMESTAMPTZ NOT NULL,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT dspv_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT dspv_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT dspv_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE INDEX dspv_dispute_id_occur_ts_idx ON dispute_event (dispute_id, occur_ts);

COMMENT ON TABLE dispute_event IS
'Timeline of a case: messages and transitions.
module: 21 Dispute';
COMMENT ON COLUMN dispute_event.dispute_id         IS 'ref: dispute.id';
COMMENT ON COLUMN dispute_event.from_phase         IS 'status.phase before.';
COMMENT ON COLUMN dispute_event.to_phase           IS 'status.phase after.';
COMMENT ON COLUMN dispute_event.is_internal        IS 'Not shown to the other party.';
COMMENT ON COLUMN dispute_event.actor_principal_id IS 'ref: principal.id — who acted';

-- migrate:down

DROP TABLE dispute_event;
DROP TABLE dispute_evidence;
DROP TABLE dispute_item;
DROP TABLE dispute;
