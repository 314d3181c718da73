-- Module 15, Notification (commerce core): 2 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE notification_provider (
  id           TEXT        CONSTRAINT ntp_pkey PRIMARY KEY CONSTRAINT ntp_id_check CHECK (id LIKE 'ntp\_%'),
  code         TEXT        NOT NULL,
  name         TEXT        NOT NULL,
  channels     TEXT[]      NOT NULL DEFAULT '{}'
    CONSTRAINT ntp_channels_check CHECK (channels <@ ARRAY['email', 'sms', 'slack', 'webhook', 'in_app']::text[]),
  config       JSONB       NOT NULL DEFAULT '{}',
  is_enabled   BOOLEAN     NOT NULL DEFAULT true,
  status       JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT ntp_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ntp_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ntp_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts    TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts    TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts    TIMESTAMPTZ
);

CREATE UNIQUE INDEX ntp_code_key ON notification_provider (code) WHERE delete_ts IS NULL;

COMMENT ON TABLE notification_provider IS
'Delivery service for notifications.
module: 15 Notification';
COMMENT ON COLUMN notification_provider.channels IS 'Channels it can deliver.';
COMMENT ON COLUMN notification_provider.config   IS 'Settings of the connection, without secrets.';

CREATE TABLE notification (
  id                        TEXT        CONSTRAINT ntf_pkey PRIMARY KEY CONSTRAINT ntf_id_check CHECK (id LIKE 'ntf\_%'),
  notification_provider_id  TEXT,
  channel                   TEXT        NOT NULL
    CONSTRAINT ntf_channel_check CHECK (channel IN ('email', 'sms', 'slack', 'webhook', 'in_app')),
  template                  TEXT        NOT NULL,
  recipient                 TEXT        NOT NULL,
  payload                   JSONB       NOT NULL DEFAULT '{}',
  publisher_id              TEXT,
  customer_id               TEXT,
  principal_id              TEXT,
  order_header_id           TEXT,
  idempotency_key           TEXT,
  external_id               TEXT,
  attempt_count             BIGINT      NOT NULL DEFAULT 0 CONSTRAINT ntf_attempt_count_check CHECK (attempt_count >= 0),
  failure_reason            TEXT,
  send_ts                   TIMESTAMPTZ,
  fail_ts                   TIMESTAMPTZ,
  read_ts                   TIMESTAMPTZ,
  status                    JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT ntf_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Sent', 'Failed', 'Suppressed')),
  labels                    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ntf_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ntf_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                 TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                 TIMESTAMPTZ
);

CREATE UNIQUE INDEX ntf_idempotency_key_key          ON notification (idempotency_key);
CREATE INDEX        ntf_phase_create_ts_idx          ON notification ((status->>'phase'), create_ts);
CREATE INDEX        ntf_principal_id_create_ts_idx   ON notification (principal_id, create_ts DESC);
CREATE INDEX        ntf_notification_provider_id_idx ON notification (notification_provider_id);
CREATE INDEX        ntf_publisher_id_idx             ON notification (publisher_id);
CREATE INDEX        ntf_customer_id_idx              ON notification (customer_id);
CREATE INDEX        ntf_order_header_id_idx          ON notification (order_header_id);

COMMENT ON TABLE notification IS
'One message to one recipient.
module: 15 Notification';
COMMENT ON COLUMN notification.notification_provider_id IS 'ref: notification_provider.id';
COMMENT ON COLUMN notification.template                 IS 'Name of the template.';
COMMENT ON COLUMN notification.recipient                IS 'Address on the channel.';
COMMENT ON COLUMN notification.payload                  IS 'Values for the template.';
COMMENT ON COLUMN notification.publisher_id             IS 'ref: publisher.id';
COMMENT ON COLUMN notification.customer_id              IS 'ref: customer.id';
COMMENT ON COLUMN notification.principal_id             IS 'ref: principal.id';
COMMENT ON COLUMN notification.order_header_id          IS 'ref: order_header.id';
COMMENT ON COLUMN notification.idempotency_key          IS 'Makes the write that created the row repeatable: the same key never makes a second row.';
COMMENT ON COLUMN notification.external_id              IS 'Id in the other system.';

-- migrate:down

DROP TABLE notification;
DROP TABLE notification_provider;
