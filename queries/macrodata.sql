-- Module 23, Macrodata. Every write requires the resource_version that was read; none affected is a conflict.
-- internal/artifact wraps these: use it rather than these.

-- name: Catalogs :many
SELECT * FROM macrodata_catalog WHERE delete_ts IS NULL ORDER BY code LIMIT 100;

-- name: InsertArtifact :one
INSERT INTO macrodata_artifact (
  id, macrodata_catalog_id, kind, name, display_name, description, spec, content_hash, parent_artifact_id,
  agent_principal_id, create_principal_id, update_principal_id, storage_bucket, storage_key, public_url, source_uri,
  content_type, content_length, workflow_reference, effective_ts, expire_ts, status, labels, annotations)
VALUES (
  @id, @macrodata_catalog_id, @kind, @name, @display_name, @description, @spec, @content_hash, @parent_artifact_id,
  @agent_principal_id, @create_principal_id, @create_principal_id, @storage_bucket, @storage_key, @public_url, @source_uri,
  @content_type, @content_length, @workflow_reference, @effective_ts, @expire_ts, @status, @labels, @annotations)
RETURNING *;

-- name: ArtifactByID :one
SELECT * FROM macrodata_artifact WHERE id = @id AND delete_ts IS NULL;

-- name: ArtifactByName :one
SELECT * FROM macrodata_artifact
WHERE macrodata_catalog_id = @macrodata_catalog_id AND kind = @kind AND name = @name AND delete_ts IS NULL;

-- name: ArtifactsByIDs :many
SELECT * FROM macrodata_artifact WHERE id = ANY (@ids::text[]) AND delete_ts IS NULL ORDER BY id LIMIT 1000;

-- name: ArtifactByContentHash :one
-- The oldest live artifact of the kind with these bytes: what a repeated ingest finds.
SELECT * FROM macrodata_artifact
WHERE kind = @kind AND content_hash = @content_hash::text AND delete_ts IS NULL
ORDER BY create_ts, id
LIMIT 1;

-- name: ListArtifacts :many
-- Last written first; the first page passes a time in the future and an empty id.
SELECT * FROM macrodata_artifact
WHERE kind = @kind AND delete_ts IS NULL
  AND update_ts <= @before_ts AND (update_ts < @before_ts OR id > @after_id)
ORDER BY update_ts DESC, id
LIMIT @page_size;

-- name: ListArtifactsByPhase :many
SELECT * FROM macrodata_artifact
WHERE kind = @kind AND status->>'phase' = @phase::text AND delete_ts IS NULL
  AND update_ts <= @before_ts AND (update_ts < @before_ts OR id > @after_id)
ORDER BY update_ts DESC, id
LIMIT @page_size;

-- name: ListArtifactsByAgent :many
SELECT * FROM macrodata_artifact
WHERE kind = @kind AND agent_principal_id = @agent_principal_id::text AND delete_ts IS NULL
  AND update_ts <= @before_ts AND (update_ts < @before_ts OR id > @after_id)
ORDER BY update_ts DESC, id
LIMIT @page_size;

-- name: ListArtifactsByParent :many
SELECT * FROM macrodata_artifact
WHERE parent_artifact_id = @parent_artifact_id::text AND kind = @kind AND delete_ts IS NULL
  AND update_ts <= @before_ts AND (update_ts < @before_ts OR id > @after_id)
ORDER BY update_ts DESC, id
LIMIT @page_size;

-- name: UpdateArtifact :one
-- Desired state. generation grows only where the spec differs, and the hash of a kind whose hash is its spec's follows it.
UPDATE macrodata_artifact
SET display_name = @display_name, description = @description, spec = @spec, content_hash = @content_hash,
    agent_principal_id = @agent_principal_id, labels = @labels, annotations = @annotations,
    effective_ts = @effective_ts, expire_ts = @expire_ts, update_principal_id = @update_principal_id,
    generation = CASE WHEN spec = @spec THEN generation ELSE generation + 1 END,
    resource_version = resource_version + 1, update_ts = now()
WHERE id = @id AND resource_version = @resource_version AND delete_ts IS NULL
RETURNING *;

-- name: SetArtifactStatus :one
-- Observed state, by the worker that acts on the spec.
UPDATE macrodata_artifact
SET status = @status, observed_generation = @observed_generation,
    storage_bucket = coalesce(sqlc.narg('storage_bucket'), storage_bucket), storage_key = coalesce(sqlc.narg('storage_key'), storage_key),
    public_url = coalesce(sqlc.narg('public_url'), public_url), content_type = coalesce(sqlc.narg('content_type'), content_type),
    content_length = coalesce(sqlc.narg('content_length'), content_length), content_hash = coalesce(sqlc.narg('content_hash'), content_hash),
    workflow_reference = coalesce(sqlc.narg('workflow_reference'), workflow_reference),
    complete_ts = coalesce(sqlc.narg('complete_ts'), complete_ts), expire_ts = coalesce(sqlc.narg('expire_ts'), expire_ts),
    resource_version = resource_version + 1, update_ts = now()
WHERE id = @id AND resource_version = @resource_version AND delete_ts IS NULL
RETURNING *;

-- name: ArchiveArtifact :one
-- Archived and soft-deleted: the name is free again.
UPDATE macrodata_artifact
SET status = jsonb_set(status, '{phase}', '"Archived"'), delete_ts = now(), update_ts = now(),
    update_principal_id = @update_principal_id, resource_version = resource_version + 1
WHERE id = @id AND resource_version = @resource_version AND delete_ts IS NULL
RETURNING *;

-- name: ArtifactVersion :one
-- What a conflict reports; a deleted artifact has none.
SELECT resource_version FROM macrodata_artifact WHERE id = @id AND delete_ts IS NULL;
