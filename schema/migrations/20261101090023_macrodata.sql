-- Module 23, Macrodata (platform): 2 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE macrodata_catalog (
  id                TEXT        CONSTRAINT mdc_pkey PRIMARY KEY CONSTRAINT mdc_id_check CHECK (id LIKE 'mdc\_%'),
  code              TEXT        NOT NULL,
  display_name      TEXT        NOT NULL,
  description       TEXT,
  kinds             TEXT[]      NOT NULL DEFAULT '{}'
    CONSTRAINT mdc_kinds_check CHECK (kinds <@ ARRAY[
      'classification_spec', 'combo_report', 'combo_suggestion', 'combo_template', 'agent_assignment', 'design_asset',
      'document_export', 'document_import', 'feature_flag', 'classification_override', 'report']::text[]),
  spec_schemas      JSONB       NOT NULL DEFAULT '{}',
  retention_days    INTEGER,
  storage_bucket    TEXT        NOT NULL DEFAULT 'none'
    CONSTRAINT mdc_storage_bucket_check CHECK (storage_bucket IN ('none', 'design_assets', 'jsonl_archive')),
  storage_prefix    TEXT,
  generation        BIGINT      NOT NULL DEFAULT 1,
  resource_version  BIGINT      NOT NULL DEFAULT 1,
  status            JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT mdc_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mdc_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations       JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mdc_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts         TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts         TIMESTAMPTZ
);

CREATE UNIQUE INDEX mdc_code_key ON macrodata_catalog (code) WHERE delete_ts IS NULL;

COMMENT ON TABLE macrodata_catalog IS
'Namespace and kind registry for artifacts.
module: 23 Macrodata
note: spec_schemas maps kind → JSON Schema of spec (validated by the application). Seed rows: combos (combo_*),
  performance (classification_spec), design (design_asset, agent_assignment), documents (document_*), platform
  (feature_flag, report), performance also classification_override.';
COMMENT ON COLUMN macrodata_catalog.kinds            IS 'Kinds of artifact the catalog may hold.';
COMMENT ON COLUMN macrodata_catalog.spec_schemas     IS 'Kind to JSON Schema of its spec; the application validates with it.';
COMMENT ON COLUMN macrodata_catalog.retention_days   IS 'Days after complete_ts; null keeps for good.';
COMMENT ON COLUMN macrodata_catalog.storage_bucket   IS 'Logical bucket; the object store''s configuration names the real one.';
COMMENT ON COLUMN macrodata_catalog.storage_prefix   IS 'Prefix of the objects'' keys.';
COMMENT ON COLUMN macrodata_catalog.generation       IS 'Grows only when the specification changes.';
COMMENT ON COLUMN macrodata_catalog.resource_version IS 'Optimistic lock: each write requires the version it read and adds one.';

CREATE TABLE macrodata_artifact (
  id                    TEXT        CONSTRAINT mda_pkey PRIMARY KEY CONSTRAINT mda_id_check CHECK (id LIKE 'mda\_%'),
  macrodata_catalog_id  TEXT        NOT NULL,
  kind                  TEXT        NOT NULL
    CONSTRAINT mda_kind_check CHECK (kind IN (
      'classification_spec', 'combo_report', 'combo_suggestion', 'combo_template', 'agent_assignment', 'design_asset',
      'document_export', 'document_import', 'feature_flag', 'classification_override', 'report')),
  api_version           TEXT        NOT NULL DEFAULT 'macrodata/v1',
  name                  TEXT        NOT NULL,
  display_name          TEXT,
  description           TEXT,
  spec                  JSONB       NOT NULL DEFAULT '{}',
  generation            BIGINT      NOT NULL DEFAULT 1,
  observed_generation   BIGINT      NOT NULL DEFAULT 0,
  resource_version      BIGINT      NOT NULL DEFAULT 1,
  content_hash          TEXT,
  parent_artifact_id    TEXT,
  agent_principal_id    TEXT,
  create_principal_id   TEXT,
  update_principal_id   TEXT,
  storage_bucket        TEXT
    CONSTRAINT mda_storage_bucket_check CHECK (storage_bucket IN ('design_assets', 'jsonl_archive')),
  storage_key           TEXT,
  public_url            TEXT,
  source_uri            TEXT,
  content_type          TEXT,
  content_length        BIGINT,
  workflow_reference    TEXT,
  effective_ts          TIMESTAMPTZ,
  expire_ts             TIMESTAMPTZ,
  complete_ts           TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT mda_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Processing', 'Ready', 'Active', 'Accepted', 'Rejected', 'Failed', 'Expired', 'Archived')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mda_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT mda_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ,
  CONSTRAINT mda_row_check CHECK (generation >= 1 AND observed_generation >= 0 AND observed_generation <= generation AND resource_version >= 1)
);

CREATE UNIQUE INDEX mda_macrodata_catalog_id_kind_name_key ON macrodata_artifact (macrodata_catalog_id, kind, name) WHERE delete_ts IS NULL;
CREATE UNIQUE INDEX mda_content_hash_key ON macrodata_artifact (content_hash) WHERE kind = 'design_asset' AND content_hash IS NOT NULL AND delete_ts IS NULL;
CREATE INDEX        mda_kind_update_ts_id_idx ON macrodata_artifact (kind, update_ts DESC, id) WHERE delete_ts IS NULL;
CREATE INDEX        mda_kind_phase_update_ts_idx ON macrodata_artifact (kind, (status->>'phase'), update_ts DESC) WHERE delete_ts IS NULL;
CREATE INDEX        mda_agent_principal_id_kind_idx ON macrodata_artifact (agent_principal_id, kind) WHERE delete_ts IS NULL;
CREATE INDEX        mda_parent_artifact_id_idx ON macrodata_artifact (parent_artifact_id);
CREATE INDEX        mda_kind_content_hash_idx ON macrodata_artifact (kind, content_hash);
CREATE INDEX        mda_storage_key_idx ON macrodata_artifact (storage_key);
CREATE INDEX        mda_kind_effective_ts_idx ON macrodata_artifact (kind, effective_ts DESC) WHERE delete_ts IS NULL;
CREATE INDEX        mda_labels_gin ON macrodata_artifact USING gin (labels);
CREATE INDEX        mda_spec_gin ON macrodata_artifact USING gin (spec jsonb_path_ops);

COMMENT ON TABLE macrodata_artifact IS
'K8s-style artifact: kind + metadata + spec + status.
module: 23 Macrodata
note: gin(spec) uses jsonb_path_ops. Every write does resource_version = resource_version + 1 WHERE
  resource_version = $expected (0 rows → HTTP 409); generation grows only when spec changes; the worker that
  acts on a spec sets observed_generation and status. content_hash = lower-case SHA-256 of the file bytes
  (design_asset, document_*) or of the RFC 8785 canonical JSON of spec (others). A new kind is one migration
  that widens this CHECK and macrodata_catalog''s.';
COMMENT ON COLUMN macrodata_artifact.macrodata_catalog_id IS 'ref: macrodata_catalog.id';
COMMENT ON COLUMN macrodata_artifact.api_version          IS 'Version of the envelope, not of the spec.';
COMMENT ON COLUMN macrodata_artifact.name                 IS 'Unique among the live artifacts of the catalog and kind.';
COMMENT ON COLUMN macrodata_artifact.spec                 IS 'Desired state; shape by kind, held to macrodata_catalog.spec_schemas.';
COMMENT ON COLUMN macrodata_artifact.generation           IS 'Grows only when the specification changes.';
COMMENT ON COLUMN macrodata_artifact.observed_generation  IS 'Generation that the acting worker has dealt with.';
COMMENT ON COLUMN macrodata_artifact.resource_version     IS 'Optimistic lock: each write requires the version it read and adds one.';
COMMENT ON COLUMN macrodata_artifact.content_hash         IS 'Lower-case SHA-256 of the file''s bytes (design_asset, document_*) or of the spec''s RFC 8785 form.';
COMMENT ON COLUMN macrodata_artifact.parent_artifact_id   IS 'ref: macrodata_artifact.id — parent';
COMMENT ON COLUMN macrodata_artifact.agent_principal_id   IS 'ref: principal.id — the designer or agent it is about';
COMMENT ON COLUMN macrodata_artifact.create_principal_id  IS 'ref: principal.id — who created it';
COMMENT ON COLUMN macrodata_artifact.update_principal_id  IS 'ref: principal.id — who changed it last';
COMMENT ON COLUMN macrodata_artifact.storage_bucket       IS 'Logical bucket; the object store''s configuration names the real one.';
COMMENT ON COLUMN macrodata_artifact.storage_key          IS 'Object key: assets/{hash_prefix}/{filename} or exports/csv/{export_id}.csv.';
COMMENT ON COLUMN macrodata_artifact.source_uri           IS 'Where the bytes came from.';
COMMENT ON COLUMN macrodata_artifact.content_length       IS 'Bytes.';
COMMENT ON COLUMN macrodata_artifact.workflow_reference   IS 'Temporal workflow id of the run that did it.';
COMMENT ON COLUMN macrodata_artifact.effective_ts         IS 'From when it holds.';

-- migrate:down

DROP TABLE macrodata_artifact;
DROP TABLE macrodata_catalog;
