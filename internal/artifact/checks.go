package artifact

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/uid"
)

const maxName = 200 // bytes

func (s *Service) draftFaults(d Draft) []fault.Field {
	faults := s.schemas.Faults(d.Kind, d.Spec)
	if !d.Kind.Known() {
		return faults
	}
	if name := strings.TrimSpace(d.Name); name == "" || name != d.Name || len(name) > maxName {
		faults = append(faults, fault.Field{Name: "/name", Detail: fmt.Sprintf("%.80q is empty, longer than %d bytes, or has space around it", d.Name, maxName)})
	}
	faults = phaseFaults(d.Kind, d.Phase, faults)
	faults = referenceFaults(uid.MacrodataArtifact, "parent_artifact_id", d.ParentID, faults)
	faults = referenceFaults(uid.Principal, "agent_principal_id", d.AgentPrincipalID, faults)
	faults = referenceFaults(uid.Principal, "create_principal_id", d.CreatePrincipalID, faults)
	faults = objectFaults("/annotations", d.Annotations, faults)
	faults = timeFaults(d.EffectiveTS, d.ExpireTS, faults)
	return fileFaults(d.File, faults)
}

func (s *Service) rowFaults(row Artifact, c Change) []fault.Field {
	faults := s.schemas.Faults(Kind(row.Kind), row.Spec)
	faults = referenceFaults(uid.Principal, "agent_principal_id", c.AgentPrincipalID, faults)
	faults = referenceFaults(uid.Principal, "update_principal_id", c.PrincipalID, faults)
	faults = objectFaults("/annotations", c.Annotations, faults)
	return timeFaults(row.EffectiveTs, row.ExpireTs, faults)
}

func phaseFaults(kind Kind, phase string, faults []fault.Field) []fault.Field {
	if slices.Contains(kinds[kind].phases, phase) {
		return faults
	}
	return append(faults, fault.Field{Name: "macrodata_artifact.status", Detail: fmt.Sprintf(
		"%q is not a phase of %s, which has %s", phase, kind, strings.Join(kinds[kind].phases, ", "))})
}

func referenceFaults(want uid.Prefix, column string, id *string, faults []fault.Field) []fault.Field {
	if id == nil {
		return faults
	}
	if field, ok := uid.Fault(want, "macrodata_artifact."+column, *id); !ok {
		return append(faults, field)
	}
	return faults
}

func objectFaults(name string, value json.RawMessage, faults []fault.Field) []fault.Field {
	var into map[string]any
	if len(value) > 0 && (json.Unmarshal(value, &into) != nil || into == nil) {
		return append(faults, fault.Field{Name: name, Detail: "is not a JSON object"})
	}
	return faults
}

func timeFaults(effective, expire *time.Time, faults []fault.Field) []fault.Field {
	if effective != nil && expire != nil && !expire.After(*effective) {
		return append(faults, fault.Field{Name: "/expire_ts", Detail: fmt.Sprintf(
			"%s is not after effective_ts, %s", expire.UTC().Format(time.RFC3339), effective.UTC().Format(time.RFC3339))})
	}
	return faults
}

func fileFaults(f File, faults []fault.Field) []fault.Field {
	if f.Bucket != nil && *f.Bucket != "design_assets" && *f.Bucket != "jsonl_archive" {
		faults = append(faults, fault.Field{Name: "macrodata_artifact.storage_bucket", Detail: fmt.Sprintf("%q is not design_assets or jsonl_archive", *f.Bucket)})
	}
	if f.ContentLength != nil && *f.ContentLength < 0 {
		faults = append(faults, fault.Field{Name: "macrodata_artifact.content_length", Detail: fmt.Sprintf("%d is negative", *f.ContentLength)})
	}
	if f.ContentHash != nil && !isHash(*f.ContentHash) {
		faults = append(faults, fault.Field{Name: "macrodata_artifact.content_hash", Detail: fmt.Sprintf("%.80q is not a lower-case SHA-256", *f.ContentHash)})
	}
	return faults
}

func isHash(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
