-- Schema runtime: outbox, webhook deliveries, idempotency keys.

-- name: OutboxPage :many
-- The run's messages in the order of their ids, a page at a time; payloads are bytes, so keep the page small.
SELECT id, stream, subject, payload, event_count
FROM runtime.telemetry_outbox
WHERE run_id = @run_id AND id > @after_id
ORDER BY id
LIMIT @page_size;

-- name: DeleteOutbox :execrows
-- Removes what JetStream has acknowledged. At most 10,000 ids.
DELETE FROM runtime.telemetry_outbox WHERE id = ANY (@ids::text[]);

-- name: OutboxBacklog :one
SELECT count(*) AS messages, coalesce(sum(event_count), 0)::bigint AS events
FROM runtime.telemetry_outbox
WHERE run_id = @run_id;

-- name: OutboxRuns :many
-- The runs that have something left to publish, oldest row first.
SELECT run_id, count(*) AS messages, min(create_ts)::timestamptz AS oldest_ts
FROM runtime.telemetry_outbox
GROUP BY run_id
ORDER BY oldest_ts, run_id
LIMIT @page_size;

-- name: RecordWebhook :execrows
-- One row affected for a delivery that was not seen before, none for a repetition.
INSERT INTO runtime.webhook_delivery (id, event_id, topic, shop_domain, trigger_ts)
VALUES (@id, @event_id, @topic, @shop_domain, @trigger_ts)
ON CONFLICT (id) DO NOTHING;

-- name: ForgetWebhook :exec
-- Takes a delivery back whose work could not be started, so that Shopify's repetition is not taken for a double.
DELETE FROM runtime.webhook_delivery WHERE id = @id;

-- name: PurgeWebhooks :execrows
DELETE FROM runtime.webhook_delivery WHERE id IN (
  SELECT w.id FROM runtime.webhook_delivery w WHERE w.receive_ts < @before_ts ORDER BY w.receive_ts LIMIT 10000);

-- name: ClaimIdempotencyKey :execrows
-- One row affected for the first request that carries the key; none for a repetition, which then reads the key.
INSERT INTO runtime.idempotency_key (principal, route, key, request_digest)
VALUES (@principal, @route, @key, @request_digest)
ON CONFLICT (principal, route, key) DO NOTHING;

-- name: IdempotencyKey :one
SELECT request_digest, response_status, response_body, create_ts
FROM runtime.idempotency_key
WHERE principal = @principal AND route = @route AND key = @key;

-- name: AnswerIdempotencyKey :execrows
UPDATE runtime.idempotency_key
SET response_status = @response_status::int, response_body = @response_body
WHERE principal = @principal AND route = @route AND key = @key AND response_status IS NULL;

-- name: ReleaseIdempotencyKey :exec
-- For a request that failed before it did anything: a repetition may try again.
DELETE FROM runtime.idempotency_key
WHERE principal = @principal AND route = @route AND key = @key AND response_status IS NULL;

-- name: PurgeIdempotencyKeys :execrows
DELETE FROM runtime.idempotency_key WHERE (principal, route, key) IN (
  SELECT i.principal, i.route, i.key FROM runtime.idempotency_key i WHERE i.create_ts < @before_ts ORDER BY i.create_ts LIMIT 10000);
