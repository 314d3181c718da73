package lakehouse

import (
	"os"
	"path/filepath"
	"time"

	"bluntcases.com/platform/internal/fault"
)

// abandoned is the age at which a scratch folder belongs to no one: a process that was killed left it.
const abandoned = 12 * time.Hour

// ScratchDir is where everything lives that a process needs only while it runs. DuckDB spills there.
func (l *Lake) ScratchDir() string { return filepath.Join(l.cfg.Dir, "scratch") }

// Scratch makes a folder that its caller removes, and removes what processes that were killed have left.
func (l *Lake) Scratch(kind string) (string, error) {
	base := l.ScratchDir()
	if err := os.MkdirAll(base, 0o755); err != nil {
		return "", fault.Wrap(fault.Internal, err, "make the scratch folder")
	}
	entries, err := os.ReadDir(base)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "read the scratch folder")
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > abandoned {
			_ = os.RemoveAll(filepath.Join(base, e.Name())) // the next caller tries again
		}
	}
	dir, err := os.MkdirTemp(base, kind+"-")
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "make the scratch folder")
	}
	return dir, nil
}
