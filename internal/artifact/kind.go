package artifact

import (
	"slices"

	"bluntcases.com/platform/internal/uid"
)

// Kind is what an artifact is. It decides the spec's shape, the phases, and what content_hash is the hash of.
type Kind string

// The kinds.
const (
	ClassificationSpecKind Kind = "classification_spec"
	ClassificationOverride Kind = "classification_override"
	ComboReport            Kind = "combo_report"
	ComboSuggestion        Kind = "combo_suggestion"
	ComboTemplate          Kind = "combo_template"
	AgentAssignment        Kind = "agent_assignment"
	DesignAsset            Kind = "design_asset"
	DocumentExport         Kind = "document_export"
	DocumentImport         Kind = "document_import"
	FeatureFlag            Kind = "feature_flag"
	Report                 Kind = "report"
)

// Phases of artifacts. Which of them a kind uses stands in Phases.
const (
	Pending    = "Pending"
	Processing = "Processing"
	Ready      = "Ready"
	Active     = "Active"
	Accepted   = "Accepted"
	Rejected   = "Rejected"
	Failed     = "Failed"
	Expired    = "Expired"
	Archived   = "Archived"
)

type traits struct {
	catalog string
	phases  []string // the first is the one an artifact begins in
	ofBytes bool     // content_hash is of the file, not of the spec
}

var kinds = map[Kind]traits{
	ClassificationSpecKind: {catalog: "performance", phases: []string{Active, Archived}},
	ClassificationOverride: {catalog: "performance", phases: []string{Active, Expired, Archived}},
	ComboReport:            {catalog: "combos", phases: []string{Ready, Archived}},
	ComboSuggestion:        {catalog: "combos", phases: []string{Pending, Accepted, Rejected, Expired, Archived}},
	ComboTemplate:          {catalog: "combos", phases: []string{Active, Archived}},
	AgentAssignment:        {catalog: "design", phases: []string{Active, Archived}},
	DesignAsset:            {catalog: "design", phases: []string{Pending, Processing, Ready, Failed, Archived}, ofBytes: true},
	DocumentExport:         {catalog: "documents", phases: []string{Pending, Processing, Ready, Failed, Expired, Archived}, ofBytes: true},
	DocumentImport:         {catalog: "documents", phases: []string{Pending, Processing, Ready, Failed, Archived}, ofBytes: true},
	FeatureFlag:            {catalog: "platform", phases: []string{Active, Archived}},
	Report:                 {catalog: "platform", phases: []string{Ready, Archived}},
}

// Kinds lists every kind, sorted.
func Kinds() []Kind {
	all := make([]Kind, 0, len(kinds))
	for kind := range kinds {
		all = append(all, kind)
	}
	slices.Sort(all)
	return all
}

// Known tells whether there is such a kind.
func (k Kind) Known() bool {
	_, known := kinds[k]
	return known
}

// Phases lists the phases of the kind; an artifact begins in the first.
func (k Kind) Phases() []string { return slices.Clone(kinds[k].phases) }

// Catalog is the code of the catalog that holds the kind.
func (k Kind) Catalog() string { return kinds[k].catalog }

// CatalogID is the id of that catalog: a reference row, the same in every installation.
func (k Kind) CatalogID() string {
	return uid.DeriveValue(uid.MacrodataCatalog, "reference", "macrodata_catalog", k.Catalog())
}
