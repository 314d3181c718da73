-- Module 13, Sales Channel (commerce core): 1 table. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE sales_channel (
  id                TEXT        CONSTRAINT sch_pkey PRIMARY KEY CONSTRAINT sch_id_check CHECK (id LIKE 'sch\_%'),
  shopify_gid       TEXT        CONSTRAINT sch_shopify_gid_key UNIQUE,
  name              TEXT        NOT NULL,
  code              TEXT        NOT NULL,
  description       TEXT,
  channel_kind      TEXT        NOT NULL DEFAULT 'online_store'
    CONSTRAINT sch_channel_kind_check CHECK (channel_kind IN (
      'online_store', 'pos', 'marketplace', 'social', 'b2b', 'api', 'other')),
  is_disabled       BOOLEAN     NOT NULL DEFAULT false,
  source_create_ts  TIMESTAMPTZ,
  source_update_ts  TIMESTAMPTZ,
  sync_ts           TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT sch_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT sch_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT sch_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX sch_code_key ON sales_channel (code) WHERE shopify_gid IS NULL AND delete_ts IS NULL;

COMMENT ON TABLE sales_channel IS
'Where products are sold (Shopify channel / publication).
module: 13 Sales Channel
mirror: Publication';
COMMENT ON COLUMN sales_channel.code IS 'Stable short name; for mirrored rows derived from Shopify''s name.';

-- migrate:down

DROP TABLE sales_channel;
