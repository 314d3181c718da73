-- Module 04, Customer (commerce core): 4 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE customer (
  id                     TEXT        CONSTRAINT cus_pkey PRIMARY KEY CONSTRAINT cus_id_check CHECK (id LIKE 'cus\_%'),
  shopify_gid            TEXT        CONSTRAINT cus_shopify_gid_key UNIQUE,
  shopify_legacy_id      BIGINT,
  email                  TEXT,
  email_hash             TEXT,
  phone                  TEXT,
  first_name             TEXT,
  last_name              TEXT,
  company_name           TEXT,
  locale                 TEXT,
  note                   TEXT,
  tag_values             TEXT[]      NOT NULL DEFAULT '{}',
  has_account            BOOLEAN     NOT NULL DEFAULT false,
  is_verified_email      BOOLEAN     NOT NULL DEFAULT false,
  is_tax_exempt          BOOLEAN     NOT NULL DEFAULT false,
  email_marketing_state  TEXT        NOT NULL DEFAULT 'not_subscribed'
    CONSTRAINT cus_email_marketing_state_check CHECK (email_marketing_state IN (
      'not_subscribed', 'pending', 'subscribed', 'unsubscribed', 'redacted', 'invalid', 'unknown')),
  currency_code          TEXT,
  order_count            BIGINT      NOT NULL DEFAULT 0 CONSTRAINT cus_order_count_check CHECK (order_count >= 0),
  total_spent            NUMERIC,
  raw_total_spent        JSONB,
  CONSTRAINT cus_total_spent_check CHECK ((total_spent IS NULL) = (raw_total_spent IS NULL)),
  last_order_header_id   TEXT,
  first_order_ts         TIMESTAMPTZ,
  last_order_ts          TIMESTAMPTZ,
  redact_ts              TIMESTAMPTZ,
  source_create_ts       TIMESTAMPTZ,
  source_update_ts       TIMESTAMPTZ,
  sync_ts                TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Enabled","conditions":[]}'
    CONSTRAINT cus_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Enabled', 'Disabled', 'Invited', 'Declined', 'Redacted', 'Unknown')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cus_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cus_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX cus_lower_email_idx          ON customer (lower(email));
CREATE INDEX cus_email_hash_idx           ON customer (email_hash);
CREATE INDEX cus_phone_idx                ON customer (phone);
CREATE INDEX cus_source_update_ts_id_idx  ON customer (source_update_ts, id);
CREATE INDEX cus_last_order_ts_idx        ON customer (last_order_ts DESC);
CREATE INDEX cus_last_order_header_id_idx ON customer (last_order_header_id);

COMMENT ON TABLE customer IS
'Buyer.
module: 04 Customer
mirror: Customer
note: guest buyers have has_account false. A GDPR redaction nulls the personal columns and sets phase Redacted.';
COMMENT ON COLUMN customer.shopify_legacy_id    IS 'Numeric id of Shopify''s REST era (legacyResourceId).';
COMMENT ON COLUMN customer.email_hash           IS 'SHA-256 of the trimmed, lower-case address: a join key without the address.';
COMMENT ON COLUMN customer.locale               IS 'BCP 47.';
COMMENT ON COLUMN customer.tag_values           IS 'Shopify''s tags as received.';
COMMENT ON COLUMN customer.has_account          IS 'False for a guest.';
COMMENT ON COLUMN customer.currency_code        IS 'ref: currency.code';
COMMENT ON COLUMN customer.order_count          IS 'Shopify''s count (numberOfOrders).';
COMMENT ON COLUMN customer.total_spent          IS 'Shopify''s sum (amountSpent).';
COMMENT ON COLUMN customer.last_order_header_id IS 'ref: order_header.id — most recent order';
COMMENT ON COLUMN customer.redact_ts            IS 'When a privacy request removed the personal columns.';

CREATE TABLE customer_address (
  id                   TEXT        CONSTRAINT cadr_pkey PRIMARY KEY CONSTRAINT cadr_id_check CHECK (id LIKE 'cadr\_%'),
  shopify_gid          TEXT        CONSTRAINT cadr_shopify_gid_key UNIQUE,
  customer_id          TEXT        NOT NULL,
  address_name         TEXT,
  first_name           TEXT,
  last_name            TEXT,
  company_name         TEXT,
  address_1            TEXT,
  address_2            TEXT,
  city                 TEXT,
  province             TEXT,
  province_code        TEXT,
  postal_code          TEXT,
  country_code         TEXT,
  phone                TEXT,
  is_default_shipping  BOOLEAN     NOT NULL DEFAULT false,
  is_default_billing   BOOLEAN     NOT NULL DEFAULT false,
  source_create_ts     TIMESTAMPTZ,
  source_update_ts     TIMESTAMPTZ,
  sync_ts              TIMESTAMPTZ,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT cadr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cadr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cadr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE INDEX cadr_customer_id_idx ON customer_address (customer_id);

COMMENT ON TABLE customer_address IS
'Address-book entry.
module: 04 Customer
mirror: MailingAddress';
COMMENT ON COLUMN customer_address.customer_id   IS 'ref: customer.id';
COMMENT ON COLUMN customer_address.province_code IS 'ISO 3166-2 subdivision without the country.';
COMMENT ON COLUMN customer_address.country_code  IS 'ref: region_country.iso_2';

CREATE TABLE customer_group (
  id                   TEXT        CONSTRAINT cgrp_pkey PRIMARY KEY CONSTRAINT cgrp_id_check CHECK (id LIKE 'cgrp\_%'),
  shopify_gid          TEXT        CONSTRAINT cgrp_shopify_gid_key UNIQUE,
  name                 TEXT        NOT NULL,
  description          TEXT,
  segment_query        TEXT,
  create_principal_id  TEXT,
  source_create_ts     TIMESTAMPTZ,
  source_update_ts     TIMESTAMPTZ,
  sync_ts              TIMESTAMPTZ,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT cgrp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cgrp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cgrp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX cgrp_name_key ON customer_group (name) WHERE shopify_gid IS NULL AND delete_ts IS NULL;

COMMENT ON TABLE customer_group IS
'Segment used by pricing and promotion rules.
module: 04 Customer
mirror: Segment';
COMMENT ON COLUMN customer_group.segment_query       IS 'Shopify''s segment query.';
COMMENT ON COLUMN customer_group.create_principal_id IS 'ref: principal.id — who created it';

CREATE TABLE customer_group_member (
  id                 TEXT        CONSTRAINT cgm_pkey PRIMARY KEY CONSTRAINT cgm_id_check CHECK (id LIKE 'cgm\_%'),
  customer_group_id  TEXT        NOT NULL,
  customer_id        TEXT        NOT NULL,
  join_ts            TIMESTAMPTZ,
  leave_ts           TIMESTAMPTZ,
  status             JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT cgm_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cgm_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cgm_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts          TIMESTAMPTZ
);

CREATE UNIQUE INDEX cgm_customer_group_id_customer_id_key ON customer_group_member (customer_group_id, customer_id);
CREATE INDEX        cgm_customer_id_idx                   ON customer_group_member (customer_id);

COMMENT ON TABLE customer_group_member IS
'Membership of a customer in a group, with validity.
module: 04 Customer';
COMMENT ON COLUMN customer_group_member.customer_group_id IS 'ref: customer_group.id';
COMMENT ON COLUMN customer_group_member.customer_id       IS 'ref: customer.id';

-- migrate:down

DROP TABLE customer_group_member;
DROP TABLE customer_group;
DROP TABLE customer_address;
DROP TABLE customer;
