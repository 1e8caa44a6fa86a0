/*
 * The lower bound of a reap: floor bare|work TREE wide|deep COUNT ITERATIONS
 *
 * bare: all pids are known; a pidfd and SIGKILL for each, then one epoll over all.
 * work: the least work that TestReaper must do: one snapshot of /proc to find the tree, the same kill and epoll, then two passes
 *       over /proc that find no further process.
 * Each iteration starts a fresh tree. Prints wall and CPU ms of each iteration except the first, which is a warm-up.
 */
#define _GNU_SOURCE
#include "proc.h"
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#define CAPACITY 65536
#define SETTLE_US 30000

static struct process all[CAPACITY];
static char member[4 * 1024 * 1024 + 1]; /* indexed by pid */
static int members[CAPACITY], count, fds[CAPACITY];

static pid_t start(char *tree, char *shape, char *size)
{
    int ends[2];
    char line[3];
    if (pipe2(ends, O_CLOEXEC) != 0)
        exit(1);
    pid_t root = fork();
    if (root == 0) {
        setsid();
        dup2(ends[1], STDOUT_FILENO);
        execl(tree, tree, shape, size, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    for (size_t got = 0; got < sizeof line;) {
        ssize_t read_now = read(ends[0], line + got, sizeof line - got);
        if (read_now <= 0) {
            fprintf(stderr, "the tree did not start\n");
            kill(-root, SIGKILL);
            exit(1);
        }
        got += (size_t)read_now;
    }
    close(ends[0]);
    usleep(SETTLE_US);
    return root;
}

/* Adds the children of members until there are no more. Returns the number of live processes added. */
static int find(pid_t root)
{
    int processes = pass(all, CAPACITY), added, new_ones = 0;
    if (!member[root]) {
        member[root] = 1;
        members[count++] = root;
        new_ones++;
    }
    do {
        added = 0;
        for (int i = 0; i < processes; i++)
            if (!member[all[i].pid] && member[all[i].parent] && all[i].parent > 0) {
                member[all[i].pid] = 1;
                members[count++] = all[i].pid;
                added += all[i].state != 'Z';
            }
        new_ones += added;
    } while (added);
    return new_ones;
}

static void kill_and_wait(void)
{
    struct epoll_event events[64];
    int epoll = epoll_create1(EPOLL_CLOEXEC), left = 0;
    for (int i = 0; i < count; i++) {
        fds[i] = (int)syscall(SYS_pidfd_open, members[i], 0);
        if (fds[i] < 0)
            continue;
        syscall(SYS_pidfd_send_signal, fds[i], SIGKILL, NULL, 0);
        struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT};
        left += epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event) == 0;
    }
    while (left > 0) {
        int ready = epoll_wait(epoll, events, 64, -1);
        left -= ready > 0 ? ready : 0;
    }
    close(epoll);
}

static void forget(void)
{
    for (int i = 0; i < count; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        member[members[i]] = 0;
    }
    count = 0;
}

int main(int argc, char **argv)
{
    if (argc < 6)
        return 2;
    int work = strcmp(argv[1], "work") == 0, expected = atoi(argv[4]), iterations = atoi(argv[5]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);

    for (int i = 0; i <= iterations; i++) {
        pid_t root = start(argv[2], argv[3], argv[4]);
        if (!work)
            find(root);
        double wall = wall_ms(), cpu = cpu_ms();
        if (work)
            find(root);
        kill_and_wait();
        for (int empty = 0; work && empty < 2;)
            empty = find(root) == 0 ? empty + 1 : 0;
        wall = wall_ms() - wall;
        cpu = cpu_ms() - cpu;
        if (count < expected) {
            fprintf(stderr, "found %d of %d\n", count, expected);
            kill(-root, SIGKILL);
            return 1;
        }
        if (i > 0)
            printf("%.4f %.4f\n", wall, cpu);
        forget();
        waitpid(root, NULL, 0);
    }
    return 0;
}
