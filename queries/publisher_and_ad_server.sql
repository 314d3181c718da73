-- Module 16, Publisher & Ad Server.

-- name: PublicationItemByTrackingCode :one
SELECT * FROM publication_item WHERE tracking_code = @tracking_code AND delete_ts IS NULL;

-- name: PublicationItemByID :one
SELECT * FROM publication_item WHERE id = @id AND delete_ts IS NULL;

-- name: PublisherByID :one
SELECT * FROM publisher WHERE id = @id AND delete_ts IS NULL;

-- name: PublicationByID :one
SELECT * FROM publication WHERE id = @id AND delete_ts IS NULL;
