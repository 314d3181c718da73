-- Module 01, Store & Region.

-- name: StoreByDomain :one
SELECT * FROM store WHERE shop_domain = @shop_domain AND delete_ts IS NULL;

-- name: ListStores :many
SELECT * FROM store WHERE delete_ts IS NULL ORDER BY shop_domain LIMIT @page_size;
