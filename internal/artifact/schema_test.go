package artifact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/fault"
)

func TestEveryFaultOfASpecIsNamedByItsPointer(t *testing.T) {
	schemas := load(t)
	cases := map[string]struct {
		kind artifact.Kind
		spec string
		want map[string]string // pointer → part of the detail
	}{
		"nothing that is needed": {artifact.ComboReport, `{}`, map[string]string{
			"/spec/combo_key": "required", "/spec/tag_ids": "required", "/spec/report_date": "required",
		}},
		"a field it has not": {artifact.FeatureFlag, `{"enabled":true,"rolout":5}`, map[string]string{"/spec/rolout": "not a field"}},
		"types, formats and bounds at once": {artifact.ComboReport, `{"combo_key":"","tag_ids":["floral"],"report_date":"yesterday","import":{"artifact_id":"mda_0","row":0}}`, map[string]string{
			"/spec/combo_key": "", "/spec/tag_ids/0": "pattern", "/spec/report_date": "date", "/spec/import/artifact_id": "", "/spec/import/row": "minimum",
		}},
		"an id of another table": {artifact.ClassificationOverride, `{"product_id":"ord_00000000000000000000000000","class_name":"hot","reason":"new"}`, map[string]string{"/spec/product_id": "pattern"}},
		"a value of no enum":     {artifact.DocumentExport, `{"dataset":"orders","format":"xlsx"}`, map[string]string{"/spec/format": "csv"}},
		"a slash in a name":      {artifact.FeatureFlag, `{"enabled":true,"a/b~c":1}`, map[string]string{"/spec/a~1b~0c": "not a field"}},
		"no object":              {artifact.FeatureFlag, `[]`, map[string]string{"/spec": "object"}},
		"no JSON":                {artifact.FeatureFlag, `{"enabled":`, map[string]string{"/spec": "not JSON"}},
		"the same key twice":     {artifact.FeatureFlag, `{"enabled":true,"enabled":false}`, map[string]string{"/spec": "not JSON"}},
		"too much":               {artifact.FeatureFlag, `{"enabled":true,"value":"` + strings.Repeat("x", 1<<20) + `"}`, map[string]string{"/spec": "at most"}},
		"no kind":                {"wish", `{}`, map[string]string{"/kind": `"wish"`}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			faults := schemas.Faults(c.kind, json.RawMessage(c.spec))
			require.Len(t, faults, len(c.want), "%v", faults)
			for _, f := range faults {
				part, expected := c.want[f.Name]
				require.True(t, expected, "%s: %s", f.Name, f.Detail)
				require.Contains(t, f.Detail, part)
			}
		})
	}
}

func TestEveryKindAdmitsASoundSpec(t *testing.T) {
	schemas := load(t)
	const tag, product, prn, mda = "ptag_01h455vb4pex5vsknk084sn02q", "prd_01h455vb4pex5vsknk084sn02q", "prn_01h455vb4pex5vsknk084sn02q", "mda_01h455vb4pex5vsknk084sn02q"
	sound := map[artifact.Kind]string{
		artifact.ClassificationSpecKind: classification,
		artifact.ClassificationOverride: `{"product_id":"` + product + `","class_name":"hot","reason":"launch"}`,
		artifact.ComboReport:            `{"combo_key":"floral+clear","tag_ids":["` + tag + `"],"template_id":"` + mda + `","designer_principal_id":"` + prn + `","product_ids":["` + product + `"],"report_date":"2026-07-01","outcome":"made","metrics":{"units":12,"gross":"120.50"},"notes":"","import":{"artifact_id":"` + mda + `","row":3}}`,
		artifact.ComboSuggestion:        `{"combo_key":"floral+clear","tag_ids":["` + tag + `"],"score":"0.82","basis":{"window":30,"metrics":{"units_30d":40}},"run_id":"r1"}`,
		artifact.ComboTemplate:          `{"slots":[{"role":"base","classification":"style"},{"role":"member","tag_ids":["` + tag + `"]}],"constraints":{"max_products":50}}`,
		artifact.AgentAssignment:        `{"role":"designer","subject":{"kind":"product","ids":["` + product + `"]},"share":"0.5","note":"shared"}`,
		artifact.DesignAsset:            `{"filename":"floral.png","width":3000,"height":2000,"dropbox":{"path":"/designs/floral.png","rev":"015f"},"variant_of":"` + mda + `"}`,
		artifact.DocumentExport:         `{"dataset":"orders","filters":{"from":"2026-01-01"},"columns":["order_name"],"row_count":0,"format":"csv"}`,
		artifact.DocumentImport:         `{"dataset":"combo_reports","filename":"combos.csv","row_count":10,"error_count":1,"errors":[{"row":4,"field":"report_date","message":"is not a date"}]}`,
		artifact.FeatureFlag:            `{"enabled":true,"rollout":50,"value":{"colour":"blue"}}`,
		artifact.Report:                 `{"check":"integrity_audit","counts":{"rows":9007199254740993},"findings":[{"table":"cart"}]}`,
	}
	for _, kind := range artifact.Kinds() {
		spec, given := sound[kind]
		require.True(t, given, "no example of %s", kind)
		require.Empty(t, schemas.Faults(kind, json.RawMessage(spec)), kind)
	}
}

func TestTheHashIsOfTheMeaningNotOfTheText(t *testing.T) {
	same := []string{`{"a":1,"b":[1.50,"ä"]}`, `{ "b": [1.5, "\u00e4"], "a": 1.0 }`}
	require.Equal(t, hash(t, same[0]), hash(t, same[1]))
	require.NotEqual(t, hash(t, `{"a":1}`), hash(t, `{"a":2}`))
	require.NotEqual(t, hash(t, `{"n":9007199254740993}`), hash(t, `{"n":9007199254740992}`), "integers beyond 2^53 are not rounded")
	require.Equal(t, hash(t, `{"n":9007199254740993}`), hash(t, `{"n":"9007199254740993"}`))
	_, err := artifact.SpecHash(json.RawMessage(`{`))
	require.True(t, fault.Is(err, fault.InvalidInput))
}

func hash(t *testing.T, spec string) string {
	t.Helper()
	h, err := artifact.SpecHash(json.RawMessage(spec))
	require.NoError(t, err)
	require.Len(t, h, 64)
	return h
}

func load(t *testing.T) *artifact.Schemas {
	t.Helper()
	schemas, err := artifact.LoadSchemas()
	require.NoError(t, err)
	return schemas
}
