-- Module 22, Lead (creator commerce): 4 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE lead_source (
  id              TEXT        CONSTRAINT lsrc_pkey PRIMARY KEY CONSTRAINT lsrc_id_check CHECK (id LIKE 'lsrc\_%'),
  code            TEXT        NOT NULL,
  name            TEXT        NOT NULL,
  source_kind     TEXT        NOT NULL
    CONSTRAINT lsrc_source_kind_check CHECK (source_kind IN ('publisher', 'form', 'import', 'event', 'manual', 'api')),
  publisher_id    TEXT,
  publication_id  TEXT,
  status          JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lsrc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lsrc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lsrc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts       TIMESTAMPTZ
);

CREATE UNIQUE INDEX lsrc_code_key           ON lead_source (code) WHERE delete_ts IS NULL;
CREATE INDEX        lsrc_publisher_id_idx   ON lead_source (publisher_id);
CREATE INDEX        lsrc_publication_id_idx ON lead_source (publication_id);

COMMENT ON TABLE lead_source IS
'Where leads come from.
module: 22 Lead';
COMMENT ON COLUMN lead_source.publisher_id   IS 'ref: publisher.id';
COMMENT ON COLUMN lead_source.publication_id IS 'ref: publication.id';

CREATE TABLE lead_form (
  id                 TEXT        CONSTRAINT ldf_pkey PRIMARY KEY CONSTRAINT ldf_id_check CHECK (id LIKE 'ldf\_%'),
  lead_source_id     TEXT        NOT NULL,
  consent_policy_id  TEXT,
  code               TEXT        NOT NULL,
  title              TEXT        NOT NULL,
  field_schema       JSONB       NOT NULL DEFAULT '{}',
  redirect_url       TEXT,
  start_ts           TIMESTAMPTZ,
  end_ts             TIMESTAMPTZ,
  status             JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT ldf_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Active', 'Closed')),
  labels             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ldf_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations        JSONB       NOT NULL DEFAULT '{}' CONSTRAINT ldf_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts          TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts          TIMESTAMPTZ
);

CREATE UNIQUE INDEX ldf_code_key              ON lead_form (code) WHERE delete_ts IS NULL;
CREATE INDEX        ldf_lead_source_id_idx    ON lead_form (lead_source_id);
CREATE INDEX        ldf_consent_policy_id_idx ON lead_form (consent_policy_id);

COMMENT ON TABLE lead_form IS
'Form definition that captures leads.
module: 22 Lead';
COMMENT ON COLUMN lead_form.lead_source_id    IS 'ref: lead_source.id';
COMMENT ON COLUMN lead_form.consent_policy_id IS 'ref: policy.id — policy the form asks to accept';
COMMENT ON COLUMN lead_form.field_schema      IS 'JSON Schema of the answers.';

CREATE TABLE lead (
  id                  TEXT        CONSTRAINT lead_pkey PRIMARY KEY CONSTRAINT lead_id_check CHECK (id LIKE 'lead\_%'),
  lead_source_id      TEXT        NOT NULL,
  lead_form_id        TEXT,
  publisher_id        TEXT,
  referral_id         TEXT,
  customer_id         TEXT,
  lead_kind           TEXT        NOT NULL DEFAULT 'customer'
    CONSTRAINT lead_lead_kind_check CHECK (lead_kind IN ('customer', 'wholesale', 'publisher', 'brand', 'other')),
  full_name           TEXT,
  company_name        TEXT,
  email               TEXT,
  email_hash          TEXT,
  phone               TEXT,
  country_code        TEXT,
  answers             JSONB       NOT NULL DEFAULT '{}',
  score               INTEGER     NOT NULL DEFAULT 0,
  lost_reason         TEXT,
  owner_principal_id  TEXT,
  submit_ts           TIMESTAMPTZ NOT NULL,
  qualify_ts          TIMESTAMPTZ,
  close_ts            TIMESTAMPTZ,
  status              JSONB       NOT NULL DEFAULT '{"phase":"New","conditions":[]}'
    CONSTRAINT lead_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'New', 'Contacted', 'Qualified', 'Negotiation', 'Won', 'Lost', 'Unqualified')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lead_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lead_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE INDEX lead_phase_submit_ts_idx        ON lead ((status->>'phase'), submit_ts DESC);
CREATE INDEX lead_email_hash_idx             ON lead (email_hash);
CREATE INDEX lead_publisher_id_submit_ts_idx ON lead (publisher_id, submit_ts DESC);
CREATE INDEX lead_owner_principal_id_idx     ON lead (owner_principal_id);
CREATE INDEX lead_lead_source_id_idx         ON lead (lead_source_id);
CREATE INDEX lead_lead_form_id_idx           ON lead (lead_form_id);
CREATE INDEX lead_referral_id_idx            ON lead (referral_id);
CREATE INDEX lead_customer_id_idx            ON lead (customer_id);

COMMENT ON TABLE lead IS
'Prospective customer or publisher.
module: 22 Lead';
COMMENT ON COLUMN lead.lead_source_id     IS 'ref: lead_source.id';
COMMENT ON COLUMN lead.lead_form_id       IS 'ref: lead_form.id';
COMMENT ON COLUMN lead.publisher_id       IS 'ref: publisher.id';
COMMENT ON COLUMN lead.referral_id        IS 'ref: referral.id';
COMMENT ON COLUMN lead.customer_id        IS 'ref: customer.id';
COMMENT ON COLUMN lead.email_hash         IS 'SHA-256 of the trimmed, lower-case address: a join key without the address.';
COMMENT ON COLUMN lead.country_code       IS 'ref: region_country.iso_2';
COMMENT ON COLUMN lead.answers            IS 'Answers by field name.';
COMMENT ON COLUMN lead.score              IS 'Higher is more promising.';
COMMENT ON COLUMN lead.owner_principal_id IS 'ref: principal.id — who is responsible';

CREATE TABLE lead_activity (
  id                  TEXT        CONSTRAINT lact_pkey PRIMARY KEY CONSTRAINT lact_id_check CHECK (id LIKE 'lact\_%'),
  lead_id             TEXT        NOT NULL,
  activity_kind       TEXT        NOT NULL
    CONSTRAINT lact_activity_kind_check CHECK (activity_kind IN (
      'note', 'email', 'call', 'meeting', 'phase_change', 'score_change', 'assignment')),
  body                TEXT,
  detail              JSONB       NOT NULL DEFAULT '{}',
  actor_principal_id  TEXT,
  occur_ts            TIMESTAMPTZ NOT NULL,
  status              JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT lact_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels              JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lact_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT lact_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts           TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts           TIMESTAMPTZ
);

CREATE INDEX lact_lead_id_occur_ts_idx ON lead_activity (lead_id, occur_ts);

COMMENT ON TABLE lead_activity IS
'What happened to a lead.
module: 22 Lead';
COMMENT ON COLUMN lead_activity.lead_id            IS 'ref: lead.id';
COMMENT ON COLUMN lead_activity.detail             IS 'Structured part of the activity.';
COMMENT ON COLUMN lead_activity.actor_principal_id IS 'ref: principal.id — who acted';

-- migrate:down

DROP TABLE lead_activity;
DROP TABLE lead;
DROP TABLE lead_form;
DROP TABLE lead_source;
