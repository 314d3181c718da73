-- Schema runtime: what the platform needs beside the domain. It is not part of the inventory; the same rules hold
-- (no foreign keys, functions, triggers, views, sequences). Nothing here is a record of business: every row can be
-- deleted once it has served.

-- migrate:up

CREATE SCHEMA runtime;

CREATE TABLE runtime.telemetry_outbox (
  id           TEXT        CONSTRAINT telemetry_outbox_pkey PRIMARY KEY,
  stream       TEXT        NOT NULL,
  subject      TEXT        NOT NULL,
  payload      BYTEA       NOT NULL,
  event_count  INTEGER     NOT NULL CONSTRAINT telemetry_outbox_event_count_check CHECK (event_count > 0),
  run_id       TEXT        NOT NULL,
  create_ts    TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Already compressed: storing it EXTERNAL keeps PostgreSQL from trying again.
ALTER TABLE runtime.telemetry_outbox ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE INDEX telemetry_outbox_run_id_id_idx ON runtime.telemetry_outbox (run_id, id);

COMMENT ON TABLE runtime.telemetry_outbox IS
'Lifecycle events written in the transaction of the rows they speak of, published as one message each, then deleted.';
COMMENT ON COLUMN runtime.telemetry_outbox.id          IS 'Derived from the order and the change; the Nats-Msg-Id of the message.';
COMMENT ON COLUMN runtime.telemetry_outbox.stream      IS 'JetStream stream.';
COMMENT ON COLUMN runtime.telemetry_outbox.subject     IS 'Subject it is published on.';
COMMENT ON COLUMN runtime.telemetry_outbox.payload     IS 'zstd-compressed NDJSON, one event a line.';
COMMENT ON COLUMN runtime.telemetry_outbox.event_count IS 'Lines of the payload.';
COMMENT ON COLUMN runtime.telemetry_outbox.run_id      IS 'Run that wrote it: the run finishes only when it has no row left.';

CREATE TABLE runtime.webhook_delivery (
  id           TEXT        CONSTRAINT webhook_delivery_pkey PRIMARY KEY,
  event_id     TEXT,
  topic        TEXT        NOT NULL,
  shop_domain  TEXT        NOT NULL,
  trigger_ts   TIMESTAMPTZ,
  receive_ts   TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX webhook_delivery_receive_ts_idx ON runtime.webhook_delivery (receive_ts);

COMMENT ON TABLE runtime.webhook_delivery IS
'Webhooks seen: Shopify delivers at least once, the first insert of an id wins.';
COMMENT ON COLUMN runtime.webhook_delivery.id         IS 'X-Shopify-Webhook-Id.';
COMMENT ON COLUMN runtime.webhook_delivery.event_id   IS 'X-Shopify-Event-Id: shared by the deliveries that one change caused.';
COMMENT ON COLUMN runtime.webhook_delivery.trigger_ts IS 'X-Shopify-Triggered-At.';

CREATE TABLE runtime.idempotency_key (
  principal        TEXT        NOT NULL,
  route            TEXT        NOT NULL,
  key              TEXT        NOT NULL,
  request_digest   TEXT        NOT NULL,
  response_status  INTEGER,
  response_body    JSONB,
  create_ts        TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_key_pkey PRIMARY KEY (principal, route, key)
);

CREATE INDEX idempotency_key_create_ts_idx ON runtime.idempotency_key (create_ts);

COMMENT ON TABLE runtime.idempotency_key IS
'POSTs that carried an Idempotency-Key, with the answer that a repetition gets.';
COMMENT ON COLUMN runtime.idempotency_key.principal       IS 'Who sent it: a key means nothing to anybody else.';
COMMENT ON COLUMN runtime.idempotency_key.route           IS 'Method and route pattern.';
COMMENT ON COLUMN runtime.idempotency_key.request_digest  IS 'SHA-256 of the body: the same key with another body is refused.';
COMMENT ON COLUMN runtime.idempotency_key.response_status IS 'Null while the first request is under way.';

-- migrate:down

DROP TABLE runtime.idempotency_key;
DROP TABLE runtime.webhook_delivery;
DROP TABLE runtime.telemetry_outbox;
DROP SCHEMA runtime;
