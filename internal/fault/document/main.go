// Command document writes the reference of the fault codes into the file that it is given.
package main

import (
	"bytes"
	"fmt"
	"os"

	"bluntcases.com/platform/internal/fault"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "document:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: document FILE")
	}
	var page bytes.Buffer
	if err := fault.Markdown(&page); err != nil {
		return err
	}
	return os.WriteFile(args[0], page.Bytes(), 0o644)
}
