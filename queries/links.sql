-- Module 14, Links. Linking again revives the row; unlinking is a soft delete.

-- name: LinkTagToGroup :exec
INSERT INTO link_product_category_product_tag (id, product_category_id, product_tag_id, position)
VALUES (@id, @product_category_id, @product_tag_id, @position)
ON CONFLICT (product_category_id, product_tag_id)
DO UPDATE SET position = EXCLUDED.position, delete_ts = NULL, update_ts = now();

-- name: UnlinkTagsFromGroup :execrows
-- Removes every member that is not among the tags kept.
UPDATE link_product_category_product_tag
SET delete_ts = now(), update_ts = now()
WHERE product_category_id = @product_category_id AND delete_ts IS NULL AND NOT product_tag_id = ANY (@kept_tag_ids::text[]);

-- name: TagsOfGroups :many
SELECT l.product_category_id, l.position AS member_position, t.id, t.value, t.normalized_value, t.classification, t.product_count
FROM link_product_category_product_tag l
JOIN product_tag t ON t.id = l.product_tag_id
WHERE l.product_category_id = ANY (@product_category_ids::text[]) AND l.delete_ts IS NULL AND t.delete_ts IS NULL
ORDER BY l.product_category_id, l.position, t.id
LIMIT 10000;

-- name: LinkArtifactToProduct :one
INSERT INTO link_product_macrodata_artifact (id, product_id, macrodata_artifact_id, link_role, match_method, position, is_primary)
VALUES (@id, @product_id, @macrodata_artifact_id, @link_role, @match_method, @position, @is_primary)
ON CONFLICT (product_id, macrodata_artifact_id, link_role)
DO UPDATE SET match_method = EXCLUDED.match_method, position = EXCLUDED.position, is_primary = EXCLUDED.is_primary,
              delete_ts = NULL, update_ts = now()
RETURNING *;

-- name: UnlinkArtifactFromProduct :execrows
UPDATE link_product_macrodata_artifact
SET delete_ts = now(), update_ts = now()
WHERE product_id = @product_id AND macrodata_artifact_id = @macrodata_artifact_id AND link_role = @link_role AND delete_ts IS NULL;

-- name: ArtifactLinksOfProduct :many
SELECT * FROM link_product_macrodata_artifact
WHERE product_id = @product_id AND delete_ts IS NULL AND (link_role, id) > (@after_role::text, @after_id::text)
ORDER BY link_role, id
LIMIT @page_size;

-- name: ProductLinksOfArtifacts :many
SELECT * FROM link_product_macrodata_artifact
WHERE macrodata_artifact_id = ANY (@macrodata_artifact_ids::text[]) AND delete_ts IS NULL
ORDER BY macrodata_artifact_id, position, id
LIMIT 10000;

-- name: MarkMetafieldWritten :execrows
-- The asset stands in Shopify's metafield; phase Synced.
UPDATE link_product_macrodata_artifact
SET metafield_gid = @metafield_gid, metafield_key = @metafield_key, metafield_digest = @metafield_digest,
    metafield_write_ts = now(), update_ts = now(), status = jsonb_set(status, '{phase}', '"Synced"')
WHERE id = @id AND delete_ts IS NULL;

-- name: MarkMetafieldFailed :execrows
UPDATE link_product_macrodata_artifact
SET update_ts = now(), status = jsonb_set(status, '{phase}', '"Failed"')
WHERE id = @id AND delete_ts IS NULL;

-- name: LinkTagToArtifact :exec
INSERT INTO link_product_tag_macrodata_artifact (id, product_tag_id, macrodata_artifact_id, combo_role, position)
VALUES (@id, @product_tag_id, @macrodata_artifact_id, @combo_role, @position)
ON CONFLICT (product_tag_id, macrodata_artifact_id)
DO UPDATE SET combo_role = EXCLUDED.combo_role, position = EXCLUDED.position, delete_ts = NULL, update_ts = now();

-- name: UnlinkTagsFromArtifact :execrows
-- Removes every tag that is not among those kept.
UPDATE link_product_tag_macrodata_artifact
SET delete_ts = now(), update_ts = now()
WHERE macrodata_artifact_id = @macrodata_artifact_id AND delete_ts IS NULL AND NOT product_tag_id = ANY (@kept_tag_ids::text[]);

-- name: TagLinksOfArtifacts :many
SELECT * FROM link_product_tag_macrodata_artifact
WHERE macrodata_artifact_id = ANY (@macrodata_artifact_ids::text[]) AND delete_ts IS NULL
ORDER BY macrodata_artifact_id, position, id
LIMIT 10000;

-- name: ProductsOfPublicationItem :many
SELECT p.* FROM product p
JOIN link_publication_item_product l ON l.product_id = p.id
WHERE l.publication_item_id = @publication_item_id AND l.delete_ts IS NULL AND p.delete_ts IS NULL
ORDER BY l.position, p.id
LIMIT 500;
