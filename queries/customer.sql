-- Module 04, Customer.

-- name: CustomerByID :one
SELECT * FROM customer WHERE id = @id AND delete_ts IS NULL;
