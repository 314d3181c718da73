package sync

import (
	"context"
	"fmt"
	"regexp"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

// slice recognises the objects that a replay loads: orders.0001 and its details. What is left out are id lists of
// deletion sweeps and the partial files of failed operations.
var slice = regexp.MustCompile(`^(products|customers|orders)\.\d{4,}$`)

// ListArchive finds what the object store holds of a run, in the order in which it was loaded: products and customers
// before orders, slice after slice.
func (a *Activities) ListArchive(ctx context.Context, in contract.ListArchiveInput) (contract.ArchivedRun, error) {
	run := contract.ArchivedRun{ShopName: a.options.Shop}
	found := map[string]contract.Archive{} // by part
	var parts []string
	prefix := contract.ArchivePrefix(in.RunID)
	for info, err := range a.archive.List(ctx, prefix) {
		if err != nil {
			return run, err
		}
		part := contract.ArchivePart(in.RunID, info.Key)
		head, err := a.archive.Head(ctx, info.Key)
		if err != nil {
			return run, err
		}
		archive, err := contract.ReadArchive(info.Key, head.Size, head.Metadata)
		if err != nil {
			return run, fmt.Errorf("describe the archive of run %s: %w", in.RunID, err)
		}
		found[part] = archive
		if slice.MatchString(part) {
			parts = append(parts, part)
		}
	}
	run.Shop = found["shop"]
	for _, entity := range contract.MirroredEntities {
		for _, part := range parts {
			archive := found[part]
			if archive.Entity != entity {
				continue
			}
			one := contract.ArchiveSlice{Archive: archive}
			if details, ok := found[part+".details"]; ok {
				one.Details = &details
			}
			run.Slices = append(run.Slices, one)
		}
	}
	if len(run.Slices) == 0 && run.Shop.ObjectKey == "" {
		return run, fault.New(fault.NotFound, "the archive holds nothing of run %s", in.RunID)
	}
	return run, nil
}
