-- Module 25, Governance.

-- name: InsertAuditRecord :exec
INSERT INTO audit_record (
  id, actor_principal_id, api_key_id, oauth_client_id, actor_kind, action, outcome, subject_uid, request_reference,
  workflow_reference, change, reason, occur_ts)
VALUES (
  @id, @actor_principal_id, @api_key_id, @oauth_client_id, @actor_kind, @action, @outcome, @subject_uid, @request_reference,
  @workflow_reference, @change, @reason, @occur_ts);

-- name: AuditOfSubject :many
SELECT * FROM audit_record
WHERE subject_uid = @subject_uid::text AND occur_ts <= @before_ts AND (occur_ts < @before_ts OR id > @after_id)
ORDER BY occur_ts DESC, id
LIMIT @page_size;
