-- Module 02, Product.

-- name: ProductByID :one
SELECT * FROM product WHERE id = @id AND delete_ts IS NULL;

-- name: ProductsByIDs :many
-- At most 1,000 ids.
SELECT * FROM product WHERE id = ANY (@ids::text[]) AND delete_ts IS NULL ORDER BY id LIMIT 1000;

-- name: ProductsByHandles :many
SELECT * FROM product WHERE store_id = @store_id AND handle = ANY (@handles::text[]) AND delete_ts IS NULL ORDER BY id LIMIT 1000;

-- name: ListProducts :many
-- Every product, by id: the order to walk the catalogue in.
SELECT * FROM product WHERE delete_ts IS NULL AND id > @after_id ORDER BY id LIMIT @page_size;

-- name: ListProductsByPhase :many
-- Latest change first; the first page passes a time in the future and an empty id.
SELECT * FROM product
WHERE status->>'phase' = @phase::text AND delete_ts IS NULL
  AND source_update_ts <= @before_ts::timestamptz AND (source_update_ts < @before_ts OR id > @after_id)
ORDER BY source_update_ts DESC, id
LIMIT @page_size;

-- name: ListProductsByTitle :many
-- Titles that begin with the text, without regard to case; lower_prefix is lower-case and has no % or _.
SELECT * FROM product
WHERE lower(title) >= @lower_prefix::text AND lower(title) < @lower_prefix::text || chr(1114111) AND delete_ts IS NULL
  AND (lower(title), id) > (@after_lower_title::text, @after_id::text)
ORDER BY lower(title), id
LIMIT @page_size;

-- name: ListProductsByTag :many
SELECT p.* FROM product p
JOIN link_product_product_tag l ON l.product_id = p.id
WHERE l.product_tag_id = @product_tag_id AND l.delete_ts IS NULL AND p.delete_ts IS NULL AND p.id > @after_id
ORDER BY p.id
LIMIT @page_size;

-- name: VariantsOfProducts :many
SELECT * FROM product_variant
WHERE product_id = ANY (@product_ids::text[]) AND delete_ts IS NULL
ORDER BY product_id, position, id
LIMIT 10000;

-- name: VariantsBySKU :many
SELECT * FROM product_variant WHERE sku = ANY (@skus::text[]) AND delete_ts IS NULL ORDER BY sku, id LIMIT 10000;

-- name: ImagesOfProducts :many
SELECT * FROM product_image
WHERE product_id = ANY (@product_ids::text[]) AND delete_ts IS NULL
ORDER BY product_id, position, id
LIMIT 10000;

-- name: TagsOfProducts :many
SELECT l.product_id, t.id, t.value, t.normalized_value, t.classification
FROM link_product_product_tag l
JOIN product_tag t ON t.id = l.product_tag_id
WHERE l.product_id = ANY (@product_ids::text[]) AND l.delete_ts IS NULL AND t.delete_ts IS NULL
ORDER BY l.product_id, t.normalized_value
LIMIT 50000;

-- name: TagByID :one
SELECT * FROM product_tag WHERE id = @id AND delete_ts IS NULL;

-- name: TagsByIDs :many
SELECT * FROM product_tag WHERE id = ANY (@ids::text[]) AND delete_ts IS NULL ORDER BY id LIMIT 10000;

-- name: TagsByNormalizedValues :many
SELECT * FROM product_tag WHERE normalized_value = ANY (@normalized_values::text[]) AND delete_ts IS NULL ORDER BY id LIMIT 10000;

-- name: ListTags :many
SELECT * FROM product_tag
WHERE delete_ts IS NULL AND normalized_value > @after_value
ORDER BY normalized_value
LIMIT @page_size;

-- name: ListTagsByClassification :many
-- Most used first.
SELECT * FROM product_tag
WHERE classification = @classification AND delete_ts IS NULL
  AND product_count <= @below_count AND (product_count < @below_count OR id > @after_id)
ORDER BY product_count DESC, id
LIMIT @page_size;

-- name: ClassifyTag :one
-- A classification made by hand: no sync overwrites it.
UPDATE product_tag
SET classification = @classification, classification_source = 'manual', classification_confidence = NULL,
    classify_ts = now(), classify_principal_id = @classify_principal_id, update_ts = now()
WHERE id = @id AND delete_ts IS NULL
RETURNING *;

-- name: CountProductsByTag :execrows
-- Recomputes product_count of the given tags from the links.
UPDATE product_tag t
SET product_count = c.products, update_ts = now()
FROM (
  SELECT g.id, count(p.id) AS products
  FROM product_tag g
  LEFT JOIN link_product_product_tag l ON l.product_tag_id = g.id AND l.delete_ts IS NULL
  LEFT JOIN product p ON p.id = l.product_id AND p.delete_ts IS NULL
  WHERE g.id = ANY (@ids::text[])
  GROUP BY g.id) c
WHERE t.id = c.id AND t.product_count <> c.products;

-- name: ListTagGroups :many
SELECT * FROM product_category
WHERE category_kind = 'tag_group' AND delete_ts IS NULL AND (rank, id) > (@after_rank::int, @after_id::text)
ORDER BY rank, id
LIMIT @page_size;

-- name: TagGroupByID :one
SELECT * FROM product_category WHERE id = @id AND category_kind = 'tag_group' AND delete_ts IS NULL;

-- name: CreateTagGroup :one
INSERT INTO product_category (id, category_kind, name, handle, description, path, rank, color, update_principal_id)
VALUES (@id, 'tag_group', @name, @handle, @description, @id, @rank, @color, @update_principal_id)
RETURNING *;

-- name: UpdateTagGroup :one
UPDATE product_category
SET name = @name, handle = @handle, description = @description, rank = @rank, color = @color,
    update_principal_id = @update_principal_id, update_ts = now()
WHERE id = @id AND category_kind = 'tag_group' AND delete_ts IS NULL AND update_ts = @read_update_ts
RETURNING *;

-- name: DeleteTagGroup :execrows
UPDATE product_category
SET delete_ts = now(), update_ts = now(), update_principal_id = @update_principal_id,
    status = jsonb_set(status, '{phase}', '"Archived"')
WHERE id = @id AND category_kind = 'tag_group' AND delete_ts IS NULL;
