// One client of a mounted file system: times one kind of operation and prints nanoseconds for each (per byte for bytes).
//   client DIRECTORY OPERATION COUNT
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char path[4096], other[4096];
static char block[131072];

static void fail(const char *what) {
  fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e9 + at.tv_nsec;
}

// Dentries and inodes, or pages too: what is cold has to be asked for.
static void drop_caches(const char *which) {
  sync();
  int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);
  if (fd < 0 || write(fd, which, 1) != 1) fail("drop_caches");
  close(fd);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const char *dir = argv[1], *operation = argv[2];
  long count = atol(argv[3]);
  struct stat stat_buffer;
  if (!strcmp(operation, "stat cold")) drop_caches("2");
  if (!strcmp(operation, "read cold")) drop_caches("3");
  double start = now();
  for (long i = 0; i < count; i++) {
    snprintf(path, sizeof path, "%s/f%ld", dir, i);
    if (!strcmp(operation, "create")) {
      int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);
      if (fd < 0) fail(operation);
      close(fd);
    } else if (!strcmp(operation, "stat cold") || !strcmp(operation, "stat warm")) {
      if (stat(path, &stat_buffer)) fail(operation);
    } else if (!strcmp(operation, "open")) {
      int fd = open(path, O_RDONLY);
      if (fd < 0) fail(operation);
      close(fd);
    } else if (!strcmp(operation, "rename")) {
      snprintf(other, sizeof other, "%s/g%ld", dir, i);
      if (rename(path, other)) fail(operation);
    } else if (!strcmp(operation, "unlink")) {
      snprintf(path, sizeof path, "%s/g%ld", dir, i);
      if (unlink(path)) fail(operation);
    } else {
      // COUNT megabytes of one file.
      snprintf(path, sizeof path, "%s/big", dir);
      int writes = !strncmp(operation, "write", 5);
      int fd = open(path, writes ? O_CREAT | O_TRUNC | O_WRONLY : O_RDONLY, 0644);
      if (fd < 0) fail(operation);
      memset(block, 7, sizeof block);
      for (long left = count * 8; left > 0; left--) {
        long done = writes ? write(fd, block, sizeof block) : read(fd, block, sizeof block);
        if (done != sizeof block) fail(operation);
      }
      close(fd);
      printf("%f\n", (now() - start) / (count * 1048576.0));
      return 0;
    }
  }
  printf("%f\n", (now() - start) / count);
  return 0;
}
