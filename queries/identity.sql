-- Module 24, Identity.

-- name: PrincipalByID :one
SELECT * FROM principal WHERE id = @id AND delete_ts IS NULL;

-- name: PrincipalsByIDs :many
SELECT * FROM principal WHERE id = ANY (@ids::text[]) AND delete_ts IS NULL ORDER BY id LIMIT 1000;

-- name: PrincipalByEmail :one
SELECT * FROM principal WHERE lower(email) = lower(@email::text) AND email IS NOT NULL AND delete_ts IS NULL;

-- name: PrincipalByIdentity :one
SELECT p.* FROM principal p
JOIN principal_identity i ON i.principal_id = p.id
WHERE i.issuer = @issuer AND i.subject = @subject AND i.delete_ts IS NULL AND p.delete_ts IS NULL;

-- name: ListPrincipals :many
SELECT * FROM principal
WHERE principal_kind = @principal_kind AND delete_ts IS NULL AND (display_name, id) > (@after_name::text, @after_id::text)
ORDER BY display_name, id
LIMIT @page_size;

-- name: CreatePrincipal :one
-- Nothing comes back where a live principal has the address already: then read it.
INSERT INTO principal (id, principal_kind, email, display_name, labels)
VALUES (@id, @principal_kind, @email, @display_name, @labels)
ON CONFLICT (lower(email)) WHERE email IS NOT NULL AND delete_ts IS NULL DO NOTHING
RETURNING *;

-- name: UpsertIdentity :exec
INSERT INTO principal_identity (id, principal_id, provider, issuer, subject, email, claims, last_login_ts)
VALUES (@id, @principal_id, @provider, @issuer, @subject, @email, @claims, now())
ON CONFLICT (issuer, subject)
DO UPDATE SET email = EXCLUDED.email, claims = EXCLUDED.claims, last_login_ts = now(), delete_ts = NULL, update_ts = now();

-- name: TouchPrincipal :exec
-- At most once a minute.
UPDATE principal SET last_seen_ts = now(), update_ts = now()
WHERE id = @id AND (last_seen_ts IS NULL OR last_seen_ts < now() - interval '1 minute');

-- name: APIKeyByDigest :one
SELECT * FROM api_key WHERE key_digest = @key_digest AND delete_ts IS NULL;

-- name: TouchAPIKey :exec
UPDATE api_key SET last_use_ts = now(), update_ts = now()
WHERE id = @id AND (last_use_ts IS NULL OR last_use_ts < now() - interval '1 minute');

-- name: OAuthClientByReference :one
SELECT * FROM oauth_client WHERE client_reference = @client_reference AND delete_ts IS NULL;

-- name: TouchOAuthClient :exec
UPDATE oauth_client SET last_use_ts = now(), update_ts = now()
WHERE id = @id AND (last_use_ts IS NULL OR last_use_ts < now() - interval '1 minute');
