package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"bluntcases.com/platform/devstack/part"
)

// identity is as whom PostgreSQL runs: it refuses to run as root.
type identity struct {
	bin   string
	apply func(*syscall.SysProcAttr)
	// owner is the user that the files must belong to, nil where they may stay whose they are.
	owner *syscall.Credential
}

// identify chooses: an ordinary user stays who he is; root is mapped to an ordinary id in a user namespace, where the
// files stay root's; and where such namespaces are forbidden (containers), another user of the system runs it.
func identify(ctx context.Context, bin string) (identity, error) {
	same := identity{bin: bin, apply: func(*syscall.SysProcAttr) {}}
	if os.Getuid() != 0 {
		return same, nil
	}
	mapped := identity{bin: bin, apply: part.AsOrdinaryUser}
	refused := mapped.command(ctx, "postgres", "--version").Run()
	if refused == nil {
		return mapped, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(found.Uid, 10, 32)
		gid, _ := strconv.ParseUint(found.Gid, 10, 32)
		owner := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		other := identity{bin: bin, owner: owner, apply: func(attr *syscall.SysProcAttr) { attr.Credential = owner }}
		if other.command(ctx, "postgres", "--version").Run() == nil {
			return other, nil
		}
	}
	return identity{}, fmt.Errorf("PostgreSQL does not run as root, and this system lets root be nobody else (%w): run as "+
		"an ordinary user, or set DATABASE_URL to a server that runs", refused)
}

// command is a program of PostgreSQL, to be run as this identity.
func (i identity) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, filepath.Join(i.bin, program), args...)
	c.SysProcAttr = &syscall.SysProcAttr{}
	i.apply(c.SysProcAttr)
	return c
}

// adopt gives a directory and all in it to the identity, and makes sure that it can get there.
func (i identity) adopt(ctx context.Context, dir string) error {
	if i.owner == nil {
		return nil
	}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(i.owner.Uid), int(i.owner.Gid))
	})
	if err != nil {
		return err
	}
	reach := exec.CommandContext(ctx, "test", "-w", dir)
	reach.SysProcAttr = &syscall.SysProcAttr{Credential: i.owner}
	if err := reach.Run(); err != nil {
		return errors.Join(fmt.Errorf("user %d, as whom PostgreSQL runs here, cannot reach %s: "+
			"choose a directory below one that everybody may enter, with --dir", i.owner.Uid, dir), err)
	}
	return nil
}
