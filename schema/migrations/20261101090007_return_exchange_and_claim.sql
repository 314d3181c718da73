-- Module 07, Return, Exchange & Claim (commerce core): 6 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE return_reason (
  id                       TEXT        CONSTRAINT rrsn_pkey PRIMARY KEY CONSTRAINT rrsn_id_check CHECK (id LIKE 'rrsn\_%'),
  code                     TEXT        NOT NULL,
  label                    TEXT        NOT NULL,
  description              TEXT,
  parent_return_reason_id  TEXT,
  rank                     INTEGER     NOT NULL DEFAULT 0,
  status                   JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT rrsn_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                   JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rrsn_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rrsn_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                TIMESTAMPTZ
);

CREATE UNIQUE INDEX rrsn_code_key                    ON return_reason (code) WHERE delete_ts IS NULL;
CREATE INDEX        rrsn_parent_return_reason_id_idx ON return_reason (parent_return_reason_id);

COMMENT ON TABLE return_reason IS
'Return reason vocabulary.
module: 07 Return, Exchange & Claim
note: seeded with Shopify''s codes: size_too_small, size_too_large, unwanted, not_as_described, wrong_item,
  defective, style, color, other, unknown.';
COMMENT ON COLUMN return_reason.parent_return_reason_id IS 'ref: return_reason.id — parent';
COMMENT ON COLUMN return_reason.rank                    IS 'Sort order, lowest first.';

CREATE TABLE return_header (
  id                     TEXT        CONSTRAINT ret_pkey PRIMARY KEY CONSTRAINT ret_id_check CHECK (id LIKE 'ret\_%'),
  shopify_gid            TEXT        CONSTRAINT ret_shopify_gid_key UNIQUE,
  order_header_id        TEXT        NOT NULL,
  order_exchange_id      TEXT,
  order_claim_id         TEXT,
  stock_location_id      TEXT,
  return_name            TEXT,
  order_version          INTEGER     NOT NULL DEFAULT 1,
  total_quantity         INTEGER     NOT NULL DEFAULT 0 CONSTRAINT ret_total_quantity_check CHECK (total_quantity >= 0),
  currency_code          TEXT,
  refund_amount          NUMERIC,
  raw_refund_amount      JSONB,
  CONSTRAINT ret_refund_amount_check CHECK ((refund_amount IS NULL) = (raw_refund_amount IS NULL)),
  decline_reason         TEXT,
  decline_note           TEXT,
  is_notification_muted  BOOLEAN     NOT NULL DEFAULT false,
  create_principal_id    TEXT,
  request_ts             TIMESTAMPTZ,
  approve_ts             TIMESTAMPTZ,
  receive_ts             TIMESTAMPTZ,
  close_ts               TIMESTAMPTZ,
  cancel_ts              TIMESTAMPTZ,
  source_create_ts       TIMESTAMPTZ,
  source_update_ts       TIMESTAMPTZ,
  sync_ts                TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Requested","conditions":[]}'
    CONSTRAINT ret_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Requested', 'Open', 'PartiallyReceived', 'Received', 'Closed', 'Declined', 'Canceled', 'Unknown')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ret_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ret_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX ret_order_header_id_request_ts_idx ON return_header (order_header_id, request_ts);
CREATE INDEX ret_phase_request_ts_idx           ON return_header ((status->>'phase'), request_ts DESC);
CREATE INDEX ret_order_exchange_id_idx          ON return_header (order_exchange_id);
CREATE INDEX ret_order_claim_id_idx             ON return_header (order_claim_id);
CREATE INDEX ret_stock_location_id_idx          ON return_header (stock_location_id);

COMMENT ON TABLE return_header IS
'Return of order items.
module: 07 Return, Exchange & Claim
mirror: Return';
COMMENT ON COLUMN return_header.order_header_id       IS 'ref: order_header.id';
COMMENT ON COLUMN return_header.order_exchange_id     IS 'ref: order_exchange.id';
COMMENT ON COLUMN return_header.order_claim_id        IS 'ref: order_claim.id';
COMMENT ON COLUMN return_header.stock_location_id     IS 'ref: stock_location.id';
COMMENT ON COLUMN return_header.return_name           IS 'What staff read, such as #1001-R1.';
COMMENT ON COLUMN return_header.order_version         IS 'order_header.version that the row belongs to.';
COMMENT ON COLUMN return_header.total_quantity        IS 'Units to be returned.';
COMMENT ON COLUMN return_header.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN return_header.is_notification_muted IS 'The customer is not told.';
COMMENT ON COLUMN return_header.create_principal_id   IS 'ref: principal.id — who created it';

CREATE TABLE return_item (
  id                    TEXT        CONSTRAINT reti_pkey PRIMARY KEY CONSTRAINT reti_id_check CHECK (id LIKE 'reti\_%'),
  shopify_gid           TEXT        CONSTRAINT reti_shopify_gid_key UNIQUE,
  return_header_id      TEXT        NOT NULL,
  order_line_item_id    TEXT        NOT NULL,
  fulfillment_item_id   TEXT,
  return_reason_id      TEXT,
  quantity              INTEGER     NOT NULL DEFAULT 0 CONSTRAINT reti_quantity_check CHECK (quantity >= 0),
  processed_quantity    INTEGER     NOT NULL DEFAULT 0 CONSTRAINT reti_processed_quantity_check CHECK (processed_quantity >= 0),
  received_quantity     INTEGER     NOT NULL DEFAULT 0 CONSTRAINT reti_received_quantity_check CHECK (received_quantity >= 0),
  damaged_quantity      INTEGER     NOT NULL DEFAULT 0 CONSTRAINT reti_damaged_quantity_check CHECK (damaged_quantity >= 0),
  refundable_quantity   INTEGER     NOT NULL DEFAULT 0 CONSTRAINT reti_refundable_quantity_check CHECK (refundable_quantity >= 0),
  refunded_quantity     INTEGER     NOT NULL DEFAULT 0 CONSTRAINT reti_refunded_quantity_check CHECK (refunded_quantity >= 0),
  currency_code         TEXT,
  discounted_total      NUMERIC,
  raw_discounted_total  JSONB,
  CONSTRAINT reti_discounted_total_check CHECK ((discounted_total IS NULL) = (raw_discounted_total IS NULL)),
  restocking_fee        NUMERIC,
  raw_restocking_fee    JSONB,
  CONSTRAINT reti_restocking_fee_check CHECK ((restocking_fee IS NULL) = (raw_restocking_fee IS NULL)),
  reason_note           TEXT,
  customer_note         TEXT,
  source_create_ts      TIMESTAMPTZ,
  source_update_ts      TIMESTAMPTZ,
  sync_ts               TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT reti_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT reti_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT reti_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE INDEX reti_return_header_id_order_line_item_id_idx ON return_item (return_header_id, order_line_item_id);
CREATE INDEX reti_order_line_item_id_idx                  ON return_item (order_line_item_id);
CREATE INDEX reti_fulfillment_item_id_idx                 ON return_item (fulfillment_item_id);
CREATE INDEX reti_return_reason_id_idx                    ON return_item (return_reason_id);

COMMENT ON TABLE return_item IS
'Line of a return.
module: 07 Return, Exchange & Claim
mirror: ReturnLineItem';
COMMENT ON COLUMN return_item.return_header_id    IS 'ref: return_header.id';
COMMENT ON COLUMN return_item.order_line_item_id  IS 'ref: order_line_item.id';
COMMENT ON COLUMN return_item.fulfillment_item_id IS 'ref: fulfillment_item.id';
COMMENT ON COLUMN return_item.return_reason_id    IS 'ref: return_reason.id';
COMMENT ON COLUMN return_item.processed_quantity  IS 'Units the merchant has dealt with.';
COMMENT ON COLUMN return_item.currency_code       IS 'ref: currency.code';
COMMENT ON COLUMN return_item.discounted_total    IS 'Value of the units after discounts (withCodeDiscountedTotalPriceSet).';

CREATE TABLE order_exchange (
  id                     TEXT        CONSTRAINT oexc_pkey PRIMARY KEY CONSTRAINT oexc_id_check CHECK (id LIKE 'oexc\_%'),
  order_header_id        TEXT        NOT NULL,
  return_header_id       TEXT,
  payment_collection_id  TEXT,
  exchange_name          TEXT,
  order_version          INTEGER     NOT NULL DEFAULT 1,
  currency_code          TEXT,
  difference_due         NUMERIC,
  raw_difference_due     JSONB,
  CONSTRAINT oexc_difference_due_check CHECK ((difference_due IS NULL) = (raw_difference_due IS NULL)),
  is_backorder_allowed   BOOLEAN     NOT NULL DEFAULT false,
  is_notification_muted  BOOLEAN     NOT NULL DEFAULT false,
  create_principal_id    TEXT,
  complete_ts            TIMESTAMPTZ,
  cancel_ts              TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Requested","conditions":[]}'
    CONSTRAINT oexc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Requested', 'Open', 'Completed', 'Canceled')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oexc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oexc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX oexc_order_header_id_idx       ON order_exchange (order_header_id);
CREATE INDEX oexc_return_header_id_idx      ON order_exchange (return_header_id);
CREATE INDEX oexc_payment_collection_id_idx ON order_exchange (payment_collection_id);

COMMENT ON TABLE order_exchange IS
'Exchange: returned items against new lines (a Shopify Return with exchangeLineItems).
module: 07 Return, Exchange & Claim
note: new lines are order_line_item rows with order_exchange_id; returned ones are the return''s items.';
COMMENT ON COLUMN order_exchange.order_header_id       IS 'ref: order_header.id';
COMMENT ON COLUMN order_exchange.return_header_id      IS 'ref: return_header.id';
COMMENT ON COLUMN order_exchange.payment_collection_id IS 'ref: payment_collection.id';
COMMENT ON COLUMN order_exchange.order_version         IS 'order_header.version that the row belongs to.';
COMMENT ON COLUMN order_exchange.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN order_exchange.difference_due        IS 'What the customer owes; negative is owed to the customer.';
COMMENT ON COLUMN order_exchange.is_notification_muted IS 'The customer is not told.';
COMMENT ON COLUMN order_exchange.create_principal_id   IS 'ref: principal.id — who created it';

CREATE TABLE order_claim (
  id                     TEXT        CONSTRAINT oclm_pkey PRIMARY KEY CONSTRAINT oclm_id_check CHECK (id LIKE 'oclm\_%'),
  order_header_id        TEXT        NOT NULL,
  return_header_id       TEXT,
  payment_collection_id  TEXT,
  claim_number           TEXT,
  claim_kind             TEXT        NOT NULL
    CONSTRAINT oclm_claim_kind_check CHECK (claim_kind IN ('refund', 'replace')),
  order_version          INTEGER     NOT NULL DEFAULT 1,
  currency_code          TEXT,
  refund_amount          NUMERIC,
  raw_refund_amount      JSONB,
  CONSTRAINT oclm_refund_amount_check CHECK ((refund_amount IS NULL) = (raw_refund_amount IS NULL)),
  create_principal_id    TEXT,
  complete_ts            TIMESTAMPTZ,
  cancel_ts              TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Requested","conditions":[]}'
    CONSTRAINT oclm_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Requested', 'Approved', 'Completed', 'Rejected', 'Canceled')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oclm_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oclm_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX oclm_claim_number_key          ON order_claim (claim_number) WHERE delete_ts IS NULL;
CREATE INDEX        oclm_order_header_id_idx       ON order_claim (order_header_id);
CREATE INDEX        oclm_return_header_id_idx      ON order_claim (return_header_id);
CREATE INDEX        oclm_payment_collection_id_idx ON order_claim (payment_collection_id);

COMMENT ON TABLE order_claim IS
'Claim for missing, wrong or faulty goods.
module: 07 Return, Exchange & Claim';
COMMENT ON COLUMN order_claim.order_header_id       IS 'ref: order_header.id';
COMMENT ON COLUMN order_claim.return_header_id      IS 'ref: return_header.id';
COMMENT ON COLUMN order_claim.payment_collection_id IS 'ref: payment_collection.id';
COMMENT ON COLUMN order_claim.order_version         IS 'order_header.version that the row belongs to.';
COMMENT ON COLUMN order_claim.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN order_claim.create_principal_id   IS 'ref: principal.id — who created it';

CREATE TABLE order_claim_item (
  id                  TEXT        CONSTRAINT ocli_pkey PRIMARY KEY CONSTRAINT ocli_id_check CHECK (id LIKE 'ocli\_%'),
  order_claim_id      TEXT        NOT NULL,
  order_line_item_id  TEXT        NOT NULL,
  return_reason_id    TEXT,
  claim_reason        TEXT        NOT NULL
    CONSTRAINT ocli_claim_reason_check CHECK (claim_reason IN (
      'missing_item', 'wrong_item', 'production_failure', 'damaged', 'other')),
  quantity            INTEGER     NOT NULL DEFAULT 0 CONSTRAINT ocli_quantity_check CHECK (quantity >= 0),
  is_additional_item  BOOLEAN     NOT NULL DEFAULT false,
  image_urls          TEXT[]      NOT NULL DEFAULT '{}',
  note                TEXT,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ocli_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ocli_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ocli_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE INDEX ocli_order_claim_id_idx     ON order_claim_item (order_claim_id);
CREATE INDEX ocli_order_line_item_id_idx ON order_claim_item (order_line_item_id);
CREATE INDEX ocli_return_reason_id_idx   ON order_claim_item (return_reason_id);

COMMENT ON TABLE order_claim_item IS
'Line of a claim, with evidence images.
module: 07 Return, Exchange & Claim';
COMMENT ON COLUMN order_claim_item.order_claim_id     IS 'ref: order_claim.id';
COMMENT ON COLUMN order_claim_item.order_line_item_id IS 'ref: order_line_item.id';
COMMENT ON COLUMN order_claim_item.return_reason_id   IS 'ref: return_reason.id';
COMMENT ON COLUMN order_claim_item.is_additional_item IS 'Sent as a replacement rather than claimed.';

-- migrate:down

DROP TABLE order_claim_item;
DROP TABLE order_claim;
DROP TABLE order_exchange;
DROP TABLE return_item;
DROP TABLE return_header;
DROP TABLE return_reason;
