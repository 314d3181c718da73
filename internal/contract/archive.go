package contract

import (
	"strconv"

	"bluntcases.com/platform/internal/fault"
)

// The names in an archived object's metadata.
const (
	metaEntity      = "entity"
	metaObjects     = "objects"
	metaRootObjects = "root-objects"
	metaLines       = "lines"
)

// Metadata is what stands in the archived object's metadata, so that the object can be reconciled without the run's
// history. Lines are left out where they were not known before the object was written.
func (a Archive) Metadata() map[string]string {
	m := map[string]string{
		metaEntity:      string(a.Entity),
		metaObjects:     strconv.FormatInt(a.Objects, 10),
		metaRootObjects: strconv.FormatInt(a.RootObjects, 10),
	}
	if a.Lines > 0 {
		m[metaLines] = strconv.FormatInt(a.Lines, 10)
	}
	return m
}

// ReadArchive describes an archived object by its key, its size and its metadata. Lines are 0 where the metadata does
// not hold them. fault.MalformedArchive where the object was not written by this platform.
func ReadArchive(key string, size int64, metadata map[string]string) (Archive, error) {
	a := Archive{ObjectKey: key, Bytes: size, Entity: Entity(metadata[metaEntity])}
	for name, into := range map[string]*int64{metaObjects: &a.Objects, metaRootObjects: &a.RootObjects} {
		n, err := strconv.ParseInt(metadata[name], 10, 64)
		if err != nil || n < 0 {
			return Archive{}, fault.New(fault.MalformedArchive, "%s has no %s in its metadata", key, name)
		}
		*into = n
	}
	if lines := metadata[metaLines]; lines != "" {
		n, err := strconv.ParseInt(lines, 10, 64)
		if err != nil || n < 0 {
			return Archive{}, fault.New(fault.MalformedArchive, "%s has %q lines by its metadata", key, lines)
		}
		a.Lines = n
	}
	return a, nil
}
