-- Module 24, Identity (identity and governance): 4 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE principal (
  id              TEXT        CONSTRAINT prn_pkey PRIMARY KEY CONSTRAINT prn_id_check CHECK (id LIKE 'prn\_%'),
  principal_kind  TEXT        NOT NULL
    CONSTRAINT prn_principal_kind_check CHECK (principal_kind IN ('staff', 'designer', 'publisher_user', 'service')),
  email           TEXT,
  display_name    TEXT        NOT NULL,
  avatar_url      TEXT,
  locale          TEXT,
  last_seen_ts    TIMESTAMPTZ,
  disable_ts      TIMESTAMPTZ,
  status          JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT prn_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Invited', 'Disabled')),
  labels          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prn_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT prn_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts       TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts       TIMESTAMPTZ
);

CREATE UNIQUE INDEX prn_lower_email_key                 ON principal (lower(email)) WHERE email IS NOT NULL AND delete_ts IS NULL;
CREATE INDEX        prn_principal_kind_display_name_idx ON principal (principal_kind, display_name);
CREATE INDEX        prn_labels_gin                      ON principal USING gin (labels);

COMMENT ON TABLE principal IS
'Person or service that acts: staff, designer, publisher user, service token.
module: 24 Identity
note: a designer need not sign in. Staff rows are made on first Cloudflare Access login. No RBAC in v1.';
COMMENT ON COLUMN principal.locale IS 'BCP 47.';

CREATE TABLE principal_identity (
  id             TEXT        CONSTRAINT pidn_pkey PRIMARY KEY CONSTRAINT pidn_id_check CHECK (id LIKE 'pidn\_%'),
  principal_id   TEXT        NOT NULL,
  provider       TEXT        NOT NULL
    CONSTRAINT pidn_provider_check CHECK (provider IN (
      'cloudflare_access', 'google', 'shopify', 'oauth', 'service_token')),
  issuer         TEXT        NOT NULL,
  subject        TEXT        NOT NULL,
  email          TEXT,
  claims         JSONB       NOT NULL DEFAULT '{}',
  last_login_ts  TIMESTAMPTZ,
  status         JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pidn_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels         JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pidn_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations    JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pidn_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts      TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts      TIMESTAMPTZ
);

CREATE UNIQUE INDEX pidn_issuer_subject_key ON principal_identity (issuer, subject);
CREATE INDEX        pidn_principal_id_idx   ON principal_identity (principal_id);

COMMENT ON TABLE principal_identity IS
'External identity of a principal (Cloudflare Access / Google subject, service token id).
module: 24 Identity';
COMMENT ON COLUMN principal_identity.principal_id IS 'ref: principal.id';
COMMENT ON COLUMN principal_identity.subject      IS 'Subject (sub) within the issuer.';
COMMENT ON COLUMN principal_identity.claims       IS 'Claims of the last token, without the token.';

CREATE TABLE api_key (
  id                     TEXT        CONSTRAINT apk_pkey PRIMARY KEY CONSTRAINT apk_id_check CHECK (id LIKE 'apk\_%'),
  publisher_id           TEXT,
  principal_id           TEXT,
  name                   TEXT        NOT NULL,
  key_kind               TEXT        NOT NULL DEFAULT 'secret'
    CONSTRAINT apk_key_kind_check CHECK (key_kind IN ('publishable', 'secret')),
  key_prefix             TEXT        NOT NULL,
  key_digest             TEXT        NOT NULL,
  redacted               TEXT        NOT NULL,
  scopes                 TEXT[]      NOT NULL DEFAULT '{}'
    CONSTRAINT apk_scopes_check CHECK (scopes <@ ARRAY[
      'catalog_read', 'publication_read', 'publication_write', 'telemetry_write', 'commission_read', 'payout_read',
      'profile_write']::text[]),
  rate_limit_per_minute  INTEGER,
  allowed_origins        TEXT[]      NOT NULL DEFAULT '{}',
  create_principal_id    TEXT,
  revoke_principal_id    TEXT,
  last_use_ts            TIMESTAMPTZ,
  expire_ts              TIMESTAMPTZ,
  revoke_ts              TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT apk_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Expired', 'Revoked')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT apk_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT apk_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ,
  CONSTRAINT apk_row_check CHECK (num_nonnulls(publisher_id, principal_id) >= 1)
);

CREATE UNIQUE INDEX apk_key_digest_key             ON api_key (key_digest);
CREATE INDEX        apk_publisher_id_create_ts_idx ON api_key (publisher_id, create_ts DESC);
CREATE INDEX        apk_key_prefix_idx             ON api_key (key_prefix);
CREATE INDEX        apk_principal_id_idx           ON api_key (principal_id);

COMMENT ON TABLE api_key IS
'API key of a publisher (or service) for platform-api.
module: 24 Identity
note: key_digest = HMAC-SHA-256 of the key under a server secret; the key is shown once. last_use_ts is written
  at most once a minute.';
COMMENT ON COLUMN api_key.publisher_id        IS 'ref: publisher.id';
COMMENT ON COLUMN api_key.principal_id        IS 'ref: principal.id';
COMMENT ON COLUMN api_key.key_prefix          IS 'First characters, to find the key by.';
COMMENT ON COLUMN api_key.key_digest          IS 'HMAC-SHA-256 of the key under a server secret; the key is shown once.';
COMMENT ON COLUMN api_key.redacted            IS 'What is shown in lists.';
COMMENT ON COLUMN api_key.scopes              IS 'What the bearer may do.';
COMMENT ON COLUMN api_key.create_principal_id IS 'ref: principal.id — who created it';
COMMENT ON COLUMN api_key.revoke_principal_id IS 'ref: principal.id — who revoked it';
COMMENT ON COLUMN api_key.last_use_ts         IS 'Written at most once a minute.';

CREATE TABLE oauth_client (
  id                      TEXT        CONSTRAINT oac_pkey PRIMARY KEY CONSTRAINT oac_id_check CHECK (id LIKE 'oac\_%'),
  publisher_id            TEXT        NOT NULL,
  name                    TEXT        NOT NULL,
  client_reference        TEXT        NOT NULL,
  client_kind             TEXT        NOT NULL DEFAULT 'confidential'
    CONSTRAINT oac_client_kind_check CHECK (client_kind IN ('confidential', 'public')),
  secret_digest           TEXT,
  previous_secret_digest  TEXT,
  grant_kinds             TEXT[]      NOT NULL DEFAULT '{}'
    CONSTRAINT oac_grant_kinds_check CHECK (grant_kinds <@ ARRAY['client_credentials', 'authorization_code']::text[]),
  redirect_uris           TEXT[]      NOT NULL DEFAULT '{}',
  scopes                  TEXT[]      NOT NULL DEFAULT '{}'
    CONSTRAINT oac_scopes_check CHECK (scopes <@ ARRAY[
      'catalog_read', 'publication_read', 'publication_write', 'telemetry_write', 'commission_read', 'payout_read',
      'profile_write']::text[]),
  jwks_uri                TEXT,
  token_ttl_seconds       INTEGER     NOT NULL DEFAULT 3600,
  last_use_ts             TIMESTAMPTZ,
  secret_rotate_ts        TIMESTAMPTZ,
  revoke_ts               TIMESTAMPTZ,
  status                  JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT oac_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Suspended', 'Revoked')),
  labels                  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oac_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT oac_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts               TIMESTAMPTZ
);

CREATE UNIQUE INDEX oac_client_reference_key       ON oauth_client (client_reference);
CREATE INDEX        oac_publisher_id_create_ts_idx ON oauth_client (publisher_id, create_ts DESC);

COMMENT ON TABLE oauth_client IS
'OAuth 2 client of a publisher (client credentials; short-lived signed access tokens, so no token table).
module: 24 Identity
note: client_reference is the OAuth client_id. Authorization codes live in KV for minutes; no refresh tokens.';
COMMENT ON COLUMN oauth_client.publisher_id           IS 'ref: publisher.id';
COMMENT ON COLUMN oauth_client.client_reference       IS 'The OAuth client_id.';
COMMENT ON COLUMN oauth_client.secret_digest          IS 'Keyed hash of the client secret.';
COMMENT ON COLUMN oauth_client.previous_secret_digest IS 'Still accepted while a secret is rotated.';
COMMENT ON COLUMN oauth_client.grant_kinds            IS 'Grants the client may use.';
COMMENT ON COLUMN oauth_client.scopes                 IS 'What the bearer may do.';
COMMENT ON COLUMN oauth_client.last_use_ts            IS 'Written at most once a minute.';

-- migrate:down

DROP TABLE oauth_client;
DROP TABLE api_key;
DROP TABLE principal_identity;
DROP TABLE principal;
