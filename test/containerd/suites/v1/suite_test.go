// The suite of containerd 1.6, unchanged, through its own proxy client. Each case gets a snapshotter of its own: the
// folder in $LAYERSCOPE_SOCKETS holds the sockets 0, 1, 2, ….
package suite

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	api "github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/snapshots"
	"github.com/containerd/containerd/snapshots/proxy"
	"github.com/containerd/containerd/snapshots/testsuite"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func TestSnapshotter(t *testing.T) {
	var taken atomic.Int64
	testsuite.SnapshotterSuite(t, os.Getenv("LAYERSCOPE_NAME"),
		func(context.Context, string) (snapshots.Snapshotter, func() error, error) {
			socket := filepath.Join(os.Getenv("LAYERSCOPE_SOCKETS"), strconv.FormatInt(taken.Add(1)-1, 10))
			connection, err := grpc.Dial("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
			if err != nil {
				return nil, nil, err
			}
			return proxy.NewSnapshotter(api.NewSnapshotsClient(connection), "layerscope"), connection.Close, nil
		})
}
