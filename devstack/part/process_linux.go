package part

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// DieWith has the kernel send the signal to a child when its launcher is gone. The link is to the launching thread: the
// caller holds it with runtime.LockOSThread until the child has ended.
func DieWith(attr *syscall.SysProcAttr, signal syscall.Signal) { attr.Pdeathsig = signal }

// AsOrdinaryUser runs a child under a user id that is not root's, while files keep their owner: root is mapped to an
// ordinary id in a user namespace of the child's own.
func AsOrdinaryUser(attr *syscall.SysProcAttr) {
	const ordinary = 1000
	attr.Cloneflags |= syscall.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: ordinary, HostID: os.Getuid(), Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: ordinary, HostID: os.Getgid(), Size: 1}}
}

// Command is the command line of a live process, empty where there is none.
func Command(pid int) string {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(string(line), "\x00", " "))
}

// Owner names the program that listens on a port, empty where it cannot be found.
func Owner(port int) string {
	inode := listener("/proc/net/tcp", port)
	if inode == "" {
		inode = listener("/proc/net/tcp6", port)
	}
	if inode == "" {
		return ""
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != "socket:["+inode+"]" {
			continue
		}
		pid, _ := strconv.Atoi(strings.Split(link, "/")[2])
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		return fmt.Sprintf("%s (pid %d)", strings.TrimSpace(string(name)), pid)
	}
	return ""
}

// listener is the inode of the socket that listens on a port, by a table of /proc/net.
func listener(table string, port int) string {
	file, err := os.Open(table)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	const listening = "0A"
	suffix := fmt.Sprintf(":%04X", port)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		columns := strings.Fields(lines.Text())
		if len(columns) > 9 && strings.HasSuffix(columns[1], suffix) && columns[3] == listening {
			return columns[9]
		}
	}
	return ""
}
