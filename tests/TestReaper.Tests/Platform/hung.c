/* A process that hangs while the kernel holds its memory lock. Every reader of its cmdline, environ and maps waits for the lock.
   hung serve DIRECTORY      mounts a file system there, in a new mount namespace, that never answers a read; prints "ready"
   hung hang PID DIRECTORY   maps a file of the file system that PID serves and touches it with the lock held; prints "hung"
   The exit of PID ends the wait. Needs root and /dev/fuse. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void die(const char *what) { perror(what); exit(1); }

static void reply(int fd, unsigned long long unique, int error, void *data, size_t size)
{
    struct fuse_out_header header = { .len = sizeof header + size, .error = error, .unique = unique };
    struct iovec parts[2] = { { &header, sizeof header }, { data, size } };
    if (writev(fd, parts, size ? 2 : 1) < 0 && errno != ENOENT) die("writev");
}

static struct fuse_attr attributes(unsigned long long inode)
{
    struct fuse_attr a = { .ino = inode, .nlink = 1, .size = 1 << 20, .blksize = 4096 };
    a.mode = inode == 1 ? S_IFDIR | 0755 : S_IFREG | 0644;
    return a;
}

static void answer(int fd, struct fuse_in_header *in)
{
    struct fuse_init_in *init = (void *)(in + 1);
    struct fuse_init_out version = { .major = 7, .minor = init->minor < 31 ? init->minor : 31, .max_readahead = 4096, .max_write = 4096 };
    struct fuse_entry_out entry = { .nodeid = 2, .entry_valid = 1000, .attr_valid = 1000, .attr = attributes(2) };
    struct fuse_attr_out attr = { .attr_valid = 1000, .attr = attributes(in->nodeid) };
    struct fuse_open_out open = { .open_flags = FOPEN_KEEP_CACHE };
    switch (in->opcode) {
    case FUSE_INIT: reply(fd, in->unique, 0, &version, sizeof version); break;
    case FUSE_LOOKUP: reply(fd, in->unique, 0, &entry, sizeof entry); break;
    case FUSE_GETATTR: reply(fd, in->unique, 0, &attr, sizeof attr); break;
    case FUSE_OPEN: case FUSE_OPENDIR: reply(fd, in->unique, 0, &open, sizeof open); break;
    case FUSE_READ: case FUSE_FORGET: case FUSE_BATCH_FORGET: case FUSE_INTERRUPT: break;
    default: reply(fd, in->unique, -ENOSYS, NULL, 0);
    }
}

static int serve(const char *directory)
{
    static char request[1 << 20];
    char options[100];
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fd < 0) die("/dev/fuse");
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
    if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) die("unshare");
    if (mount("hung", directory, "fuse", 0, options)) die("mount");
    printf("ready\n"); fflush(stdout);
    for (;;) {
        if (read(fd, request, sizeof request) >= 0) answer(fd, (void *)request);
        else if (errno != EINTR && errno != ENOENT) return 0;
    }
}

static void *touch(void *page)
{
    char byte;
    int memory = open("/proc/self/mem", O_RDONLY);
    return pread(memory, &byte, 1, (off_t)(unsigned long)page) < 0 ? NULL : page;
}

static int hang(const char *server, const char *directory)
{
    char path[4096];
    pthread_t thread;
    snprintf(path, sizeof path, "/proc/%s/ns/mnt", server);
    int mounts = open(path, O_RDONLY | O_CLOEXEC);
    if (mounts < 0 || setns(mounts, CLONE_NEWNS)) die(path);
    snprintf(path, sizeof path, "%s/file", directory);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) die(path);
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    /* The read in the other thread holds the lock. This thread waits for it as a writer, and later readers wait for the writer. */
    pthread_create(&thread, NULL, touch, page);
    usleep(100 * 1000);
    printf("hung\n"); fflush(stdout);
    munmap(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
    for (;;) pause();
}

int main(int argc, char **argv)
{
    alarm(120); /* no test takes that long */
    if (argc == 3 && !strcmp(argv[1], "serve")) return serve(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "hang")) return hang(argv[2], argv[3]);
    return 2;
}
