// Does a bit of everything that Go programs do to files, below the directory it is given.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return value
}

func main() {
	top := os.Args[1]
	text := must(os.ReadFile(filepath.Join(top, "read")))
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	writer.Write(text)
	writer.Close()
	root := must(os.OpenRoot(top))
	file := must(root.Create("made.gz"))
	file.Write(packed.Bytes())
	file.Close()
	reader := must(gzip.NewReader(must(root.Open("made.gz"))))
	fmt.Printf("%s", must(io.ReadAll(reader)))
	must(0, os.Symlink("read", filepath.Join(top, "link")))
	must(0, os.Rename(filepath.Join(top, "old"), filepath.Join(top, "new")))
	log := must(os.OpenFile(filepath.Join(top, "log"), os.O_APPEND|os.O_WRONLY, 0))
	fmt.Fprintln(log, "more")
	log.Close()
	_, err := root.Open("../escape")
	fmt.Println(err)
	filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		info := must(entry.Info())
		name, _ := filepath.Rel(top, path)
		size := info.Size()
		if entry.IsDir() {
			size = 0
		}
		fmt.Println(name, info.Mode().Type(), size)
		return nil
	})
}
