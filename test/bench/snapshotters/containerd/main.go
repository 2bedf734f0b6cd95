// Measures containerd's own overlayfs snapshotter, for ratios in one run with ours.
//
// It keeps one snapshotter on the directory given as its first argument, filled with as many committed snapshots as the
// second one says. Each line on standard input is a number of Prepare + Commit + Remove cycles to go through; the
// answer is the nanoseconds they took.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/containerd/containerd/v2/core/snapshots"
	"github.com/containerd/containerd/v2/plugins/snapshots/overlay"
)

var (
	ctx    = context.Background()
	labels = snapshots.WithLabels(map[string]string{"containerd.io/snapshot.ref": "bench"})
	serial int
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func commit(s snapshots.Snapshotter, name, parent string) {
	_, err := s.Prepare(ctx, name+"-key", parent, labels)
	must(err)
	must(s.Commit(ctx, name, name+"-key", labels))
}

func main() {
	count, err := strconv.Atoi(os.Args[2])
	must(err)
	s, err := overlay.NewSnapshotter(os.Args[1])
	must(err)
	for i := range count {
		commit(s, fmt.Sprint("base-", i), "")
	}
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		cycles, err := strconv.Atoi(lines.Text())
		must(err)
		start := time.Now()
		for range cycles {
			serial++
			name := fmt.Sprint("bench-", serial)
			commit(s, name, "base-0")
			must(s.Remove(ctx, name))
		}
		fmt.Println(time.Since(start).Nanoseconds())
	}
	must(s.Close())
}
