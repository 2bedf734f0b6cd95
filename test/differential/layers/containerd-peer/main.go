// containerd's own archive package as a program, so that layers can be compared with it.
//
//	peer apply DIR [-overlay] [LOWER...] < layer.tar      prints the size it reports, or fails with its message
//	peer unpack DIR < layer.tar.gz                        decompress, both digests, apply; prints the diff ID
//	peer diff LOWER UPPER > layer.tar                     LOWER may be empty
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"github.com/containerd/containerd/v2/pkg/archive"
	"github.com/containerd/containerd/v2/pkg/archive/compression"
)

func run() error {
	ctx := context.Background()
	switch os.Args[1] {
	case "apply":
		var options []archive.ApplyOpt
		lowers := os.Args[3:]
		if len(lowers) > 0 && lowers[0] == "-overlay" {
			options = append(options, archive.WithConvertWhiteout(archive.OverlayConvertWhiteout))
			lowers = lowers[1:]
		}
		if len(lowers) > 0 {
			options = append(options, archive.WithParents(lowers))
		}
		size, err := archive.Apply(ctx, os.Args[2], os.Stdin, options...)
		if err != nil {
			return err
		}
		fmt.Println(size)
		return nil
	case "unpack":
		blob := sha256.New()
		stream, err := compression.DecompressStream(io.TeeReader(os.Stdin, blob))
		if err != nil {
			return err
		}
		diffID := sha256.New()
		tar := io.TeeReader(stream, diffID)
		if _, err := archive.Apply(ctx, os.Args[2], tar); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, tar); err != nil {
			return err
		}
		if err := stream.Close(); err != nil {
			return err
		}
		fmt.Printf("sha256:%x sha256:%x\n", blob.Sum(nil), diffID.Sum(nil))
		return nil
	case "diff":
		return archive.WriteDiff(ctx, os.Stdout, os.Args[2], os.Args[3])
	}
	return fmt.Errorf("unknown command %q", os.Args[1])
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
