package artifact_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
)

const classification = `{
	"windows": [7, 30], "default_class": "rest", "scope": {"vendors": ["Blunt"]},
	"classes": [
		{"name": "rest", "rank": 2, "conditions": [{"metric": "units_30d", "op": "eq", "value": 0}]},
		{"name": "hot", "rank": 1, "conditions": [{"metric": "gross_7d", "op": "gte", "value": "100.10"}, {"metric": "trend_7d", "op": "gt", "value": 0.5}]}
	]}`

func TestClassesComeInTheOrderOfTheirRanksAndValuesAreExact(t *testing.T) {
	spec, err := load(t).ParseClassification(json.RawMessage(classification))
	require.NoError(t, err)
	require.Equal(t, "hot", spec.Classes[0].Name)
	require.Equal(t, "100.1", spec.Classes[0].Conditions[0].Value.String())
	require.Equal(t, []string{"Blunt"}, spec.Scope.Vendors)
	text, err := json.Marshal(spec)
	require.NoError(t, err)
	again, err := load(t).ParseClassification(text)
	require.NoError(t, err)
	require.Equal(t, spec.DefaultClass, again.DefaultClass)
	require.True(t, spec.Classes[0].Conditions[0].Value.Equal(again.Classes[0].Conditions[0].Value))
}

func TestEveryFaultOfAClassificationIsNamed(t *testing.T) {
	class := func(name string, rank int, conditions string) string {
		b, _ := json.Marshal(map[string]any{"name": name, "rank": rank, "conditions": json.RawMessage(conditions)})
		return string(b)
	}
	const some = `[{"metric":"units_7d","op":"gte","value":1}]`
	cases := map[string]struct {
		windows, defaultClass string
		classes               string
		want                  map[string]string
	}{
		"two classes of one rank":  {`[7]`, "a", class("a", 1, some) + "," + class("b", 1, some), map[string]string{"/spec/classes/1/rank": "(a)"}},
		"two classes of one name":  {`[7]`, "a", class("a", 1, some) + "," + class("a", 2, some), map[string]string{"/spec/classes/1/name": `"a"`}},
		"a default that is none":   {`[7]`, "z", class("a", 1, some), map[string]string{"/spec/default_class": `"z"`}},
		"a metric that is none":    {`[7]`, "a", class("a", 1, `[{"metric":"units_9d","op":"gte","value":1}]`), map[string]string{"/spec/classes/0/conditions/0/metric": "units_7d"}},
		"a metric without window":  {`[7]`, "a", class("a", 1, `[{"metric":"units_30d","op":"gte","value":1}]`), map[string]string{"/spec/classes/0/conditions/0/metric": "needs a window"}},
		"no conditions":            {`[7]`, "a", class("a", 1, `[]`), map[string]string{"/spec/classes/0/conditions": ""}},
		"a window that is none":    {`[8]`, "a", class("a", 1, `[{"metric":"trend_7d","op":"gte","value":1}]`), map[string]string{"/spec/windows/0": ""}},
		"an operator that is none": {`[7]`, "a", class("a", 1, `[{"metric":"units_7d","op":"above","value":1}]`), map[string]string{"/spec/classes/0/conditions/0/op": ""}},
		"a value that is none":     {`[7]`, "a", class("a", 1, `[{"metric":"units_7d","op":"gte","value":"many"}]`), map[string]string{"/spec/classes/0/conditions/0/value": ""}},
		"a class nothing can be in": {
			`[7]`, "a", class("a", 1, `[{"metric":"units_7d","op":"gt","value":5},{"metric":"units_7d","op":"lt","value":"5.0"}]`),
			map[string]string{"/spec/classes/0/conditions": "units_7d"},
		},
		"in shape and in meaning": {`[7]`, "a", class("a", 1, some) + "," + class("b", 1, `[]`) + "," + class("c", 3, `[{"metric":"sales","op":"gte","value":1}]`), map[string]string{
			"/spec/classes/1/rank": "(a)", "/spec/classes/1/conditions": "", "/spec/classes/2/conditions/0/metric": "units_7d",
		}},
		"all at once": {`[7]`, "z", class("a", 1, some) + "," + class("a", 1, `[{"metric":"sales","op":"gte","value":1}]`), map[string]string{
			"/spec/classes/1/name": "", "/spec/classes/1/rank": "", "/spec/classes/1/conditions/0/metric": "", "/spec/default_class": "",
		}},
	}
	schemas := load(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			spec := json.RawMessage(`{"windows":` + c.windows + `,"default_class":"` + c.defaultClass + `","classes":[` + c.classes + `]}`)
			_, err := schemas.ParseClassification(spec)
			require.True(t, fault.Is(err, fault.InvalidInput), "%v", err)
			fields := fault.Of(err).Fields
			require.Len(t, fields, len(c.want), "%v", fields)
			for _, field := range fields {
				part, expected := c.want[field.Name]
				require.True(t, expected, "%s: %s", field.Name, field.Detail)
				require.Contains(t, field.Detail, part)
			}
		})
	}
}

func TestBoundsThatTouchAreNoContradiction(t *testing.T) {
	for conditions, empty := range map[string]bool{
		`[{"metric":"units_7d","op":"gte","value":5},{"metric":"units_7d","op":"lte","value":5}]`: false,
		`[{"metric":"units_7d","op":"gt","value":5},{"metric":"units_7d","op":"lte","value":5}]`:  true,
		`[{"metric":"units_7d","op":"eq","value":5},{"metric":"units_7d","op":"gt","value":5}]`:   true,
		`[{"metric":"units_7d","op":"eq","value":5},{"metric":"units_7d","op":"eq","value":6}]`:   true,
		`[{"metric":"units_7d","op":"ne","value":5},{"metric":"units_7d","op":"gt","value":4}]`:   false,
	} {
		spec := `{"windows":[7],"default_class":"a","classes":[{"name":"a","rank":1,"conditions":` + conditions + `}]}`
		_, err := load(t).ParseClassification(json.RawMessage(spec))
		require.Equal(t, empty, err != nil, conditions)
	}
}
