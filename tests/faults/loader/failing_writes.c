/* A disk that is full from the FAIL_FROM-th write below FAIL_UNDER on, for whatever process loads this (LD_PRELOAD).
   Half of what the failing write was to write is written. FAIL_COUNT names a file that is given the number of writes at exit. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long writes, fail_from = -1;
static const char *under;

__attribute__((constructor)) static void begin(void) {
    under = getenv("FAIL_UNDER");
    if (getenv("FAIL_FROM")) fail_from = atol(getenv("FAIL_FROM"));
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAIL_COUNT");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) fprintf(file, "%ld\n", writes), fclose(file);
}

static int is_full(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!under || length <= 0) return 0;
    path[length] = 0;
    if (strncmp(path, under, strlen(under))) return 0;
    long number = __atomic_add_fetch(&writes, 1, __ATOMIC_SEQ_CST);
    return fail_from >= 0 && number >= fail_from;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t size) {
    if (!is_full(fd)) return REAL(write)(fd, bytes, size);
    if (size > 1 && writes == fail_from) return REAL(write)(fd, bytes, size / 2);
    return errno = ENOSPC, -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    return is_full(fd) ? (errno = ENOSPC, -1) : REAL(pwrite)(fd, bytes, size, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
    return is_full(fd) ? (errno = ENOSPC, -1) : REAL(pwrite64)(fd, bytes, size, offset);
}

int fsync(int fd) { return is_full(fd) ? (errno = ENOSPC, -1) : REAL(fsync)(fd); }

int fdatasync(int fd) { return is_full(fd) ? (errno = ENOSPC, -1) : REAL(fdatasync)(fd); }
