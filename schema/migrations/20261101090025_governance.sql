-- Module 25, Governance (identity and governance): 3 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE policy (
  id                TEXT        CONSTRAINT plc_pkey PRIMARY KEY CONSTRAINT plc_id_check CHECK (id LIKE 'plc\_%'),
  code              TEXT        NOT NULL,
  version           INTEGER     NOT NULL DEFAULT 1,
  policy_kind       TEXT        NOT NULL
    CONSTRAINT plc_policy_kind_check CHECK (policy_kind IN (
      'terms', 'privacy', 'program_terms', 'commission_terms', 'brand_guideline', 'data_retention', 'cookie')),
  title             TEXT        NOT NULL,
  body_artifact_id  TEXT,
  body_url          TEXT,
  content_hash      TEXT,
  rules             JSONB       NOT NULL DEFAULT '{}',
  effective_ts      TIMESTAMPTZ NOT NULL,
  retire_ts         TIMESTAMPTZ,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT plc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Active', 'Retired')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT plc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT plc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX plc_code_version_key     ON policy (code, version);
CREATE INDEX        plc_body_artifact_id_idx ON policy (body_artifact_id);

COMMENT ON TABLE policy IS
'Versioned policy or terms.
module: 25 Governance';
COMMENT ON COLUMN policy.body_artifact_id IS 'ref: macrodata_artifact.id — full text';
COMMENT ON COLUMN policy.content_hash     IS 'Lower-case SHA-256 of the text accepted.';
COMMENT ON COLUMN policy.rules            IS 'Machine-readable part of the policy.';
COMMENT ON COLUMN policy.effective_ts     IS 'From when it holds.';

CREATE TABLE policy_acceptance (
  id              TEXT        CONSTRAINT plca_pkey PRIMARY KEY CONSTRAINT plca_id_check CHECK (id LIKE 'plca\_%'),
  policy_id       TEXT        NOT NULL,
  principal_id    TEXT,
  publisher_id    TEXT,
  customer_id     TEXT,
  accept_channel  TEXT        NOT NULL DEFAULT 'web'
    CONSTRAINT plca_accept_channel_check CHECK (accept_channel IN ('web', 'api', 'import', 'email')),
  ip_hash         TEXT,
  user_agent      TEXT,
  accept_ts       TIMESTAMPTZ NOT NULL,
  withdraw_ts     TIMESTAMPTZ,
  status          JSONB       NOT NULL DEFAULT '{"phase":"Accepted","conditions":[]}'
    CONSTRAINT plca_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Accepted', 'Withdrawn')),
  labels          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT plca_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT plca_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts       TIMESTAMPTZ,
  CONSTRAINT plca_row_check CHECK (num_nonnulls(principal_id, publisher_id, customer_id) >= 1)
);

CREATE INDEX plca_publisher_id_accept_ts_idx ON policy_acceptance (publisher_id, accept_ts DESC);
CREATE INDEX plca_policy_id_idx              ON policy_acceptance (policy_id);
CREATE INDEX plca_principal_id_idx           ON policy_acceptance (principal_id);
CREATE INDEX plca_customer_id_idx            ON policy_acceptance (customer_id);

COMMENT ON TABLE policy_acceptance IS
'Acceptance of a policy version.
module: 25 Governance';
COMMENT ON COLUMN policy_acceptance.policy_id    IS 'ref: policy.id';
COMMENT ON COLUMN policy_acceptance.principal_id IS 'ref: principal.id';
COMMENT ON COLUMN policy_acceptance.publisher_id IS 'ref: publisher.id';
COMMENT ON COLUMN policy_acceptance.customer_id  IS 'ref: customer.id';
COMMENT ON COLUMN policy_acceptance.ip_hash      IS 'Keyed hash of the address, never the address.';
COMMENT ON COLUMN policy_acceptance.user_agent   IS 'As the browser sent it.';

CREATE TABLE audit_record (
  id                  TEXT        CONSTRAINT aud_pkey PRIMARY KEY CONSTRAINT aud_id_check CHECK (id LIKE 'aud\_%'),
  actor_principal_id  TEXT,
  api_key_id          TEXT,
  oauth_client_id     TEXT,
  actor_kind          TEXT        NOT NULL
    CONSTRAINT aud_actor_kind_check CHECK (actor_kind IN ('staff', 'publisher', 'service', 'workflow', 'system')),
  action              TEXT        NOT NULL,
  outcome             TEXT        NOT NULL DEFAULT 'success'
    CONSTRAINT aud_outcome_check CHECK (outcome IN ('success', 'denied', 'failure')),
  subject_uid         TEXT,
  request_reference   TEXT,
  workflow_reference  TEXT,
  change              JSONB       NOT NULL DEFAULT '{}',
  reason              TEXT,
  occur_ts            TIMESTAMPTZ NOT NULL,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT aud_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT aud_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT aud_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE INDEX aud_occur_ts_id_idx                 ON audit_record (occur_ts DESC, id);
CREATE INDEX aud_actor_principal_id_occur_ts_idx ON audit_record (actor_principal_id, occur_ts DESC);
CREATE INDEX aud_subject_uid_occur_ts_idx        ON audit_record (subject_uid, occur_ts DESC);
CREATE INDEX aud_api_key_id_idx                  ON audit_record (api_key_id);
CREATE INDEX aud_oauth_client_id_idx             ON audit_record (oauth_client_id);

COMMENT ON TABLE audit_record IS
'Append-only record of a governed action by a person or key (workflow audit goes to sync.telemetry).
module: 25 Governance
note: subject_uid is a recorded fact, not an association: nothing joins on it, its prefix names the table. Never
  updated or soft-deleted.';
COMMENT ON COLUMN audit_record.actor_principal_id IS 'ref: principal.id — who acted';
COMMENT ON COLUMN audit_record.api_key_id         IS 'ref: api_key.id';
COMMENT ON COLUMN audit_record.oauth_client_id    IS 'ref: oauth_client.id';
COMMENT ON COLUMN audit_record.action             IS 'Verb and object, such as classification.update.';
COMMENT ON COLUMN audit_record.subject_uid        IS 'Id of what was acted on: a recorded fact whose prefix names the table; nothing joins on it.';
COMMENT ON COLUMN audit_record.request_reference  IS 'Id of the HTTP request.';
COMMENT ON COLUMN audit_record.workflow_reference IS 'Temporal workflow id of the run that did it.';
COMMENT ON COLUMN audit_record.change             IS 'Before and after, without personal data.';

-- migrate:down

DROP TABLE audit_record;
DROP TABLE policy_acceptance;
DROP TABLE policy;
