package mirror

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/temporalfault"
)

// keptSteps bounds what a long run shows; the oldest finished steps go first.
const keptSteps = 48

// Search attributes that a run keeps up to date.
var (
	runPhase    = temporal.NewSearchAttributeKeyKeyword("RunPhase")
	recordCount = temporal.NewSearchAttributeKeyInt64("RecordCount")
	shopDomain  = temporal.NewSearchAttributeKeyKeyword("Shop")
)

// Progress is what a run shows of itself: by query, and as current details in the Temporal UI.
type Progress struct {
	phase   string
	steps   []*contract.Step
	records int64
}

// resume goes on with what an earlier history of the run has shown.
func resume(shown contract.Shown) *Progress {
	p := &Progress{phase: "starting", records: shown.Records}
	for _, step := range shown.Steps {
		p.steps = append(p.steps, &step)
	}
	return p
}

// Shown is what a new history of the run goes on with.
func (p *Progress) Shown() contract.Shown {
	shown := contract.Shown{Records: p.records}
	for _, step := range p.steps {
		if step.State != contract.StepRunning {
			shown.Steps = append(shown.Steps, *step)
		}
	}
	return shown
}

// Serve answers the progress query.
func (p *Progress) Serve(ctx workflow.Context) error {
	return workflow.SetQueryHandler(ctx, contract.QueryProgress, func() (contract.Progress, error) {
		shown := contract.Progress{Phase: p.phase}
		for _, step := range p.steps {
			shown.Steps = append(shown.Steps, *step)
		}
		return shown, nil
	})
}

// Phase names what the run is doing now.
func (p *Progress) Phase(ctx workflow.Context, phase string) error {
	p.phase = phase
	p.show(ctx)
	return workflow.UpsertTypedSearchAttributes(ctx, runPhase.ValueSet(phase), recordCount.ValueSet(p.records))
}

// Shop makes the run findable by its shop.
func (p *Progress) Shop(ctx workflow.Context, shop string) error {
	return workflow.UpsertTypedSearchAttributes(ctx, shopDomain.ValueSet(shop))
}

// Note adds a finished line that no activity stands behind.
func (p *Progress) Note(ctx workflow.Context, name, detail string) {
	p.add(&contract.Step{Name: name, State: contract.StepDone, Detail: detail})
	p.show(ctx)
}

func (p *Progress) begin(ctx workflow.Context, name, activity string) *contract.Step {
	step := &contract.Step{Name: name, Activity: activity, State: contract.StepRunning}
	p.add(step)
	p.show(ctx)
	return step
}

func (p *Progress) end(ctx workflow.Context, step *contract.Step, result any, err error) {
	step.State = contract.StepDone
	if err != nil {
		step.State, step.Detail = contract.StepFailed, temporalfault.Decode(err).Error()
	}
	if r, ok := result.(contract.Reporter); ok && err == nil {
		report := r.Report()
		step.Done, step.Unit = max(report.RecordsIn, report.RecordsOut), "records"
		step.Total = step.Done
	}
	if loaded, ok := result.(contract.LoadResult); ok && err == nil {
		p.records += loaded.Roots
		step.Detail = Describe(loaded)
	}
	p.show(ctx)
}

func (p *Progress) add(step *contract.Step) {
	p.steps = append(p.steps, step)
	for i := 0; len(p.steps) > keptSteps && i < len(p.steps); {
		if p.steps[i].State == contract.StepRunning {
			i++
			continue
		}
		p.steps = append(p.steps[:i], p.steps[i+1:]...)
	}
}

// show writes the steps as the table that an engineer reads in the Temporal UI.
func (p *Progress) show(ctx workflow.Context) {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n\n| step | state | count | |\n|---|---|---:|---|\n", p.phase)
	for _, step := range p.steps {
		count := ""
		if step.Done > 0 {
			count = fmt.Sprint(step.Done)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", step.Name, step.State, count, strings.NewReplacer("|", "/", "\n", " ").Replace(step.Detail))
	}
	workflow.SetCurrentDetails(ctx, b.String())
}

// Describe says what became of the root objects of a load.
func Describe(r contract.LoadResult) string {
	text := fmt.Sprintf("%d written, %d unchanged", r.Written, r.Unchanged)
	if r.Stale > 0 {
		text += fmt.Sprintf(", %d stale", r.Stale)
	}
	return text + fmt.Sprintf("; %d rows, %d events", r.Rows, r.Events)
}
