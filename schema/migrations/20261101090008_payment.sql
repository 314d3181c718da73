-- Module 08, Payment (commerce core): 7 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE payment_provider (
  id            TEXT        CONSTRAINT payp_pkey PRIMARY KEY CONSTRAINT payp_id_check CHECK (id LIKE 'payp\_%'),
  code          TEXT        NOT NULL,
  name          TEXT        NOT NULL,
  is_enabled    BOOLEAN     NOT NULL DEFAULT true,
  capabilities  TEXT[]      NOT NULL DEFAULT '{}'
    CONSTRAINT payp_capabilities_check CHECK (capabilities <@ ARRAY[
      'authorize', 'capture', 'refund', 'void', 'tokenize']::text[]),
  status        JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT payp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT payp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT payp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts     TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts     TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts     TIMESTAMPTZ
);

CREATE UNIQUE INDEX payp_code_key ON payment_provider (code) WHERE delete_ts IS NULL;

COMMENT ON TABLE payment_provider IS
'Payment gateway.
module: 08 Payment';
COMMENT ON COLUMN payment_provider.capabilities IS 'What the gateway can do.';

CREATE TABLE payment_collection (
  id                     TEXT        CONSTRAINT payc_pkey PRIMARY KEY CONSTRAINT payc_id_check CHECK (id LIKE 'payc\_%'),
  region_id              TEXT,
  currency_code          TEXT        NOT NULL,
  amount                 NUMERIC     NOT NULL,
  raw_amount             JSONB       NOT NULL,
  CONSTRAINT payc_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  authorized_amount      NUMERIC,
  raw_authorized_amount  JSONB,
  CONSTRAINT payc_authorized_amount_check CHECK ((authorized_amount IS NULL) = (raw_authorized_amount IS NULL)),
  captured_amount        NUMERIC,
  raw_captured_amount    JSONB,
  CONSTRAINT payc_captured_amount_check CHECK ((captured_amount IS NULL) = (raw_captured_amount IS NULL)),
  refunded_amount        NUMERIC,
  raw_refunded_amount    JSONB,
  CONSTRAINT payc_refunded_amount_check CHECK ((refunded_amount IS NULL) = (raw_refunded_amount IS NULL)),
  complete_ts            TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"NotPaid","conditions":[]}'
    CONSTRAINT payc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'NotPaid', 'Awaiting', 'Authorized', 'PartiallyAuthorized', 'PartiallyCaptured', 'Captured', 'Refunded',
      'Canceled')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT payc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT payc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX payc_region_id_idx ON payment_collection (region_id);

COMMENT ON TABLE payment_collection IS
'All payments towards one order, cart, exchange or claim.
module: 08 Payment';
COMMENT ON COLUMN payment_collection.region_id     IS 'ref: region.id';
COMMENT ON COLUMN payment_collection.currency_code IS 'ref: currency.code';

CREATE TABLE payment_session (
  id                     TEXT        CONSTRAINT pays_pkey PRIMARY KEY CONSTRAINT pays_id_check CHECK (id LIKE 'pays\_%'),
  payment_collection_id  TEXT        NOT NULL,
  payment_provider_id    TEXT        NOT NULL,
  currency_code          TEXT        NOT NULL,
  amount                 NUMERIC     NOT NULL,
  raw_amount             JSONB       NOT NULL,
  CONSTRAINT pays_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  external_id            TEXT,
  data                   JSONB       NOT NULL DEFAULT '{}',
  context                JSONB       NOT NULL DEFAULT '{}',
  authorize_ts           TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT pays_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'RequiresMore', 'Authorized', 'Captured', 'Error', 'Canceled')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pays_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pays_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX pays_payment_provider_id_external_id_key ON payment_session (payment_provider_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX        pays_payment_collection_id_idx           ON payment_session (payment_collection_id);
CREATE INDEX        pays_payment_provider_id_idx             ON payment_session (payment_provider_id);

COMMENT ON TABLE payment_session IS
'Attempt to pay with one provider.
module: 08 Payment';
COMMENT ON COLUMN payment_session.payment_collection_id IS 'ref: payment_collection.id';
COMMENT ON COLUMN payment_session.payment_provider_id   IS 'ref: payment_provider.id';
COMMENT ON COLUMN payment_session.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN payment_session.external_id           IS 'Id in the other system.';
COMMENT ON COLUMN payment_session.data                  IS 'What the provider returned, as it came.';
COMMENT ON COLUMN payment_session.context               IS 'What the provider needs to start.';

CREATE TABLE payment (
  id                     TEXT        CONSTRAINT pay_pkey PRIMARY KEY CONSTRAINT pay_id_check CHECK (id LIKE 'pay\_%'),
  payment_collection_id  TEXT        NOT NULL,
  payment_session_id     TEXT,
  payment_provider_id    TEXT        NOT NULL,
  customer_id            TEXT,
  currency_code          TEXT        NOT NULL,
  amount                 NUMERIC     NOT NULL,
  raw_amount             JSONB       NOT NULL,
  CONSTRAINT pay_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  external_id            TEXT,
  data                   JSONB       NOT NULL DEFAULT '{}',
  authorize_ts           TIMESTAMPTZ,
  capture_ts             TIMESTAMPTZ,
  cancel_ts              TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Authorized","conditions":[]}'
    CONSTRAINT pay_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Authorized', 'PartiallyCaptured', 'Captured', 'PartiallyRefunded', 'Refunded', 'Canceled', 'Failed')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pay_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pay_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX pay_payment_provider_id_external_id_key ON payment (payment_provider_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX        pay_payment_collection_id_idx           ON payment (payment_collection_id);
CREATE INDEX        pay_payment_session_id_idx              ON payment (payment_session_id);
CREATE INDEX        pay_payment_provider_id_idx             ON payment (payment_provider_id);
CREATE INDEX        pay_customer_id_idx                     ON payment (customer_id);

COMMENT ON TABLE payment IS
'Authorized payment.
module: 08 Payment
note: for Shopify orders external_id is OrderTransaction.paymentId; one payment per distinct paymentId.';
COMMENT ON COLUMN payment.payment_collection_id IS 'ref: payment_collection.id';
COMMENT ON COLUMN payment.payment_session_id    IS 'ref: payment_session.id';
COMMENT ON COLUMN payment.payment_provider_id   IS 'ref: payment_provider.id';
COMMENT ON COLUMN payment.customer_id           IS 'ref: customer.id';
COMMENT ON COLUMN payment.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN payment.external_id           IS 'Shopify''s OrderTransaction.paymentId: one payment for each.';
COMMENT ON COLUMN payment.data                  IS 'What the provider returned, as it came.';

CREATE TABLE payment_capture (
  id                   TEXT        CONSTRAINT cap_pkey PRIMARY KEY CONSTRAINT cap_id_check CHECK (id LIKE 'cap\_%'),
  payment_id           TEXT        NOT NULL,
  currency_code        TEXT        NOT NULL,
  amount               NUMERIC     NOT NULL,
  raw_amount           JSONB       NOT NULL,
  CONSTRAINT cap_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  external_id          TEXT,
  create_principal_id  TEXT,
  capture_ts           TIMESTAMPTZ NOT NULL,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT cap_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cap_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cap_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE INDEX cap_payment_id_idx ON payment_capture (payment_id);

COMMENT ON TABLE payment_capture IS
'Capture of a payment.
module: 08 Payment';
COMMENT ON COLUMN payment_capture.payment_id          IS 'ref: payment.id';
COMMENT ON COLUMN payment_capture.currency_code       IS 'ref: currency.code';
COMMENT ON COLUMN payment_capture.external_id         IS 'Id in the other system.';
COMMENT ON COLUMN payment_capture.create_principal_id IS 'ref: principal.id — who created it';

CREATE TABLE payment_refund (
  id                     TEXT        CONSTRAINT rfd_pkey PRIMARY KEY CONSTRAINT rfd_id_check CHECK (id LIKE 'rfd\_%'),
  shopify_gid            TEXT        CONSTRAINT rfd_shopify_gid_key UNIQUE,
  order_header_id        TEXT        NOT NULL,
  payment_id             TEXT,
  payment_collection_id  TEXT,
  return_header_id       TEXT,
  refund_reason          TEXT        NOT NULL DEFAULT 'unknown'
    CONSTRAINT rfd_refund_reason_check CHECK (refund_reason IN (
      'customer_request', 'damaged', 'wrong_item', 'lost', 'fraud', 'duplicate', 'price_adjustment', 'cancellation',
      'other', 'unknown')),
  note                   TEXT,
  currency_code          TEXT        NOT NULL,
  amount                 NUMERIC     NOT NULL,
  raw_amount             JSONB       NOT NULL,
  CONSTRAINT rfd_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  shipping_amount        NUMERIC,
  raw_shipping_amount    JSONB,
  CONSTRAINT rfd_shipping_amount_check CHECK ((shipping_amount IS NULL) = (raw_shipping_amount IS NULL)),
  duty_amount            NUMERIC,
  raw_duty_amount        JSONB,
  CONSTRAINT rfd_duty_amount_check CHECK ((duty_amount IS NULL) = (raw_duty_amount IS NULL)),
  adjustment_amount      NUMERIC,
  raw_adjustment_amount  JSONB,
  CONSTRAINT rfd_adjustment_amount_check CHECK ((adjustment_amount IS NULL) = (raw_adjustment_amount IS NULL)),
  adjustments            JSONB,
  create_principal_id    TEXT,
  process_ts             TIMESTAMPTZ NOT NULL,
  source_create_ts       TIMESTAMPTZ,
  source_update_ts       TIMESTAMPTZ,
  sync_ts                TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT rfd_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Succeeded', 'Failed', 'Canceled')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rfd_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rfd_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX rfd_order_header_id_process_ts_idx ON payment_refund (order_header_id, process_ts);
CREATE INDEX rfd_process_ts_idx                 ON payment_refund (process_ts DESC);
CREATE INDEX rfd_payment_id_idx                 ON payment_refund (payment_id);
CREATE INDEX rfd_payment_collection_id_idx      ON payment_refund (payment_collection_id);
CREATE INDEX rfd_return_header_id_idx           ON payment_refund (return_header_id);

COMMENT ON TABLE payment_refund IS
'Refund of an order (Shopify Refund).
module: 08 Payment
mirror: Refund';
COMMENT ON COLUMN payment_refund.order_header_id       IS 'ref: order_header.id';
COMMENT ON COLUMN payment_refund.payment_id            IS 'ref: payment.id';
COMMENT ON COLUMN payment_refund.payment_collection_id IS 'ref: payment_collection.id';
COMMENT ON COLUMN payment_refund.return_header_id      IS 'ref: return_header.id';
COMMENT ON COLUMN payment_refund.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN payment_refund.amount                IS 'Total refunded (totalRefundedSet).';
COMMENT ON COLUMN payment_refund.adjustment_amount     IS 'Part that belongs to no line: goodwill or correction.';
COMMENT ON COLUMN payment_refund.adjustments           IS 'Shopify''s orderAdjustments, as they came.';
COMMENT ON COLUMN payment_refund.create_principal_id   IS 'ref: principal.id — who created it';
COMMENT ON COLUMN payment_refund.process_ts            IS 'When it happened according to Shopify (processedAt): the business time.';

CREATE TABLE payment_refund_item (
  id                  TEXT        CONSTRAINT rfdi_pkey PRIMARY KEY CONSTRAINT rfdi_id_check CHECK (id LIKE 'rfdi\_%'),
  shopify_gid         TEXT        CONSTRAINT rfdi_shopify_gid_key UNIQUE,
  payment_refund_id   TEXT        NOT NULL,
  order_line_item_id  TEXT        NOT NULL,
  stock_location_id   TEXT,
  position            INTEGER     NOT NULL DEFAULT 1,
  quantity            INTEGER     NOT NULL DEFAULT 0 CONSTRAINT rfdi_quantity_check CHECK (quantity >= 0),
  restock_kind        TEXT        NOT NULL DEFAULT 'unknown'
    CONSTRAINT rfdi_restock_kind_check CHECK (restock_kind IN (
      'return', 'cancel', 'legacy_restock', 'no_restock', 'unknown')),
  currency_code       TEXT        NOT NULL,
  unit_price          NUMERIC,
  raw_unit_price      JSONB,
  CONSTRAINT rfdi_unit_price_check CHECK ((unit_price IS NULL) = (raw_unit_price IS NULL)),
  subtotal            NUMERIC,
  raw_subtotal        JSONB,
  CONSTRAINT rfdi_subtotal_check CHECK ((subtotal IS NULL) = (raw_subtotal IS NULL)),
  total_tax           NUMERIC,
  raw_total_tax       JSONB,
  CONSTRAINT rfdi_total_tax_check CHECK ((total_tax IS NULL) = (raw_total_tax IS NULL)),
  is_restocked        BOOLEAN     NOT NULL DEFAULT false,
  source_create_ts    TIMESTAMPTZ,
  source_update_ts    TIMESTAMPTZ,
  sync_ts             TIMESTAMPTZ,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT rfdi_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rfdi_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rfdi_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE UNIQUE INDEX rfdi_payment_refund_id_position_key ON payment_refund_item (payment_refund_id, position) WHERE shopify_gid IS NULL AND delete_ts IS NULL;
CREATE INDEX        rfdi_payment_refund_id_position_idx ON payment_refund_item (payment_refund_id, position);
CREATE INDEX        rfdi_order_line_item_id_idx         ON payment_refund_item (order_line_item_id);
CREATE INDEX        rfdi_stock_location_id_idx          ON payment_refund_item (stock_location_id);

COMMENT ON TABLE payment_refund_item IS
'Refunded order line with restock decision (Shopify RefundLineItem).
module: 08 Payment
mirror: RefundLineItem
note: RefundLineItem.id may be null; then (payment_refund_id, position) is the natural key.';
COMMENT ON COLUMN payment_refund_item.payment_refund_id  IS 'ref: payment_refund.id';
COMMENT ON COLUMN payment_refund_item.order_line_item_id IS 'ref: order_line_item.id';
COMMENT ON COLUMN payment_refund_item.stock_location_id  IS 'ref: stock_location.id';
COMMENT ON COLUMN payment_refund_item.position           IS 'Order among the refund''s lines, from 1: the natural key where Shopify gives no id.';
COMMENT ON COLUMN payment_refund_item.restock_kind       IS 'What became of the units'' stock.';
COMMENT ON COLUMN payment_refund_item.currency_code      IS 'ref: currency.code';

-- migrate:down

DROP TABLE payment_refund_item;
DROP TABLE payment_refund;
DROP TABLE payment_capture;
DROP TABLE payment;
DROP TABLE payment_session;
DROP TABLE payment_collection;
DROP TABLE payment_provider;
