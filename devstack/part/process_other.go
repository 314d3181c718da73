//go:build unix && !linux

package part

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// DieWith does nothing where the kernel does not offer it: a child then ends by its launcher's signal handler only.
func DieWith(*syscall.SysProcAttr, syscall.Signal) {}

// AsOrdinaryUser does nothing where there are no user namespaces.
func AsOrdinaryUser(*syscall.SysProcAttr) {}

// Command is the command line of a live process, empty where there is none.
func Command(pid int) string {
	out, _ := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return strings.TrimSpace(string(out))
}

// Owner names the program that listens on a port, empty where it cannot be found.
func Owner(port int) string {
	out, _ := exec.Command("lsof", "-nP", "-iTCP:"+strconv.Itoa(port), "-sTCP:LISTEN", "-Fcp").Output()
	var pid, name string
	for _, line := range strings.Split(string(out), "\n") {
		switch {
		case strings.HasPrefix(line, "p"):
			pid = line[1:]
		case strings.HasPrefix(line, "c"):
			name = line[1:]
		}
	}
	if name == "" {
		return ""
	}
	return name + " (pid " + pid + ")"
}
