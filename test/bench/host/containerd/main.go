// containerd's side of the host benchmarks, and the client that both sides are measured with.
//
//	serve SOCKET ROOT   serves containerd's own overlayfs snapshotter, as an external plugin does
//	client SOCKET       reads commands, a line each, and answers the nanoseconds they took
//	mounts              the same for mount.All of overlays
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	api "github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/v2/contrib/snapshotservice"
	"github.com/containerd/containerd/v2/core/mount"
	"github.com/containerd/containerd/v2/core/snapshots"
	"github.com/containerd/containerd/v2/core/snapshots/proxy"
	"github.com/containerd/containerd/v2/plugins/snapshots/overlay"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
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

func serve(socket, root string) {
	s, err := overlay.NewSnapshotter(root)
	must(err)
	server := grpc.NewServer()
	api.RegisterSnapshotsServer(server, snapshotservice.FromSnapshotter(s))
	listener, err := net.Listen("unix", socket)
	must(err)
	fmt.Println("ready")
	must(server.Serve(listener))
}

func commit(s snapshots.Snapshotter, name, parent string) {
	_, err := s.Prepare(ctx, name+"-key", parent, labels)
	must(err)
	must(s.Commit(ctx, name, name+"-key", labels))
}

func timed(times int, body func()) int64 {
	start := time.Now()
	for range times {
		body()
	}
	return time.Since(start).Nanoseconds()
}

func answer(s snapshots.Snapshotter, line string) int64 {
	var command string
	var a, b int
	fmt.Sscan(line, &command, &a, &b)
	serial++
	prefix := fmt.Sprint("run-", serial, "-")
	switch command {
	case "fill": // a committed snapshots without a parent
		return timed(1, func() {
			for i := range a {
				commit(s, fmt.Sprint("base-", i), "")
			}
		})
	case "more": // a views on the first of them: quick to make, and there all the same
		return timed(1, func() {
			for i := range a {
				_, err := s.View(ctx, fmt.Sprint("more-", i), "base-0", labels)
				must(err)
			}
		})
	case "chain": // a committed snapshots on one another
		return timed(1, func() {
			parent := ""
			for i := range a {
				name := fmt.Sprint("chain-", i)
				commit(s, name, parent)
				parent = name
			}
		})
	case "cycles": // a Prepare, Commit, Remove in all, by b at once
		return timed(1, func() {
			var all sync.WaitGroup
			for worker := range b {
				all.Add(1)
				go func() {
					defer all.Done()
					for i := range a / b {
						name := fmt.Sprint(prefix, worker, "-", i)
						commit(s, name, "base-0")
						must(s.Remove(ctx, name))
					}
				}()
			}
			all.Wait()
		})
	case "deep": // a Prepare on the top of the chain of b; the removals are not counted
		var total int64
		for i := range a {
			name := fmt.Sprint(prefix, i)
			total += timed(1, func() {
				_, err := s.Prepare(ctx, name, fmt.Sprint("chain-", b-1), labels)
				must(err)
			})
			must(s.Remove(ctx, name))
		}
		return total
	case "remove": // a Remove among what is there; the preparations are not counted
		var total int64
		for i := range a {
			name := fmt.Sprint(prefix, i)
			commit(s, name, "")
			total += timed(1, func() { must(s.Remove(ctx, name)) })
		}
		return total
	case "stats": // a Stats in all, by b at once
		return timed(1, func() {
			var all sync.WaitGroup
			for range b {
				all.Add(1)
				go func() {
					defer all.Done()
					for range a / b {
						_, err := s.Stat(ctx, "base-0")
						must(err)
					}
				}()
			}
			all.Wait()
		})
	case "cleanup":
		return timed(1, func() { must(s.(snapshots.Cleaner).Cleanup(ctx)) })
	}
	panic(line)
}

func client(socket string) {
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(err)
	s := proxy.NewSnapshotter(api.NewSnapshotsClient(connection), "bench")
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(answer(s, lines.Text()))
	}
}

// mounts answers lines of: times, target, and the options of an overlay, separated by blanks.
func mounts() {
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Split(lines.Text(), " ")
		var times int
		fmt.Sscan(words[0], &times)
		list := []mount.Mount{{Type: "overlay", Source: "overlay", Options: words[2:]}}
		var total int64
		for range times {
			total += timed(1, func() { must(mount.All(list, words[1])) })
			must(mount.Unmount(words[1], 0))
		}
		fmt.Println(total)
	}
}

func main() {
	switch os.Args[1] {
	case "serve":
		serve(os.Args[2], os.Args[3])
	case "client":
		client(os.Args[2])
	case "mounts":
		mounts()
	}
}
