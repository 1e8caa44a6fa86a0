/*
 * The zoo: one program that creates every kind of process tree that a reap must handle.
 *
 *     zoo ANIMAL REGISTRY [ARGUMENT]
 *
 * Each process that stays registers itself as REGISTRY/ROLE-PID-STARTTIME and holds a flock on that file. The kernel releases the
 * lock when the last thread is gone, so a test knows without /proc which processes are alive. The tests pass a relative REGISTRY:
 * innocents have the same command line and another directory. SIGALRM kills every process after at most two minutes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIFETIME 120

static const char *self, *animal, *registry, *argument;
static int entry = -1;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "zoo %s: %s: %s\n", animal, what, strerror(errno));
    _exit(99);
}

static void must(int result, const char *what)
{
    if (result < 0)
        die(what);
}

/* ---- The registry ---- */

/* The pid and start time as the tests see them. In a new PID namespace getpid() would return 1. */
static void identify(int *pid, unsigned long long *start)
{
    char text[4096];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    must(fd, "/proc/self/stat");
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0)
        die("/proc/self/stat");
    text[length] = 0;
    *pid = atoi(text);

    /* The name may contain spaces and parentheses. Field 3 follows the last parenthesis. */
    char *field = strrchr(text, ')') + 2;
    for (int number = 3; number < 22; number++)
        field = strchr(field, ' ') + 1;
    *start = strtoull(field, NULL, 10);
}

static void enter(const char *role)
{
    int pid;
    unsigned long long start;
    char hidden[512], name[512];
    identify(&pid, &start);
    snprintf(hidden, sizeof hidden, "%s/.%s-%d-%llu", registry, role, pid, start);
    snprintf(name, sizeof name, "%s/%s-%d-%llu", registry, role, pid, start);
    entry = open(hidden, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    must(entry, hidden);
    must(flock(entry, LOCK_EX), "flock");
    must(rename(hidden, name), name);
}

/* ---- Creation of processes ---- */

/* The lock belongs to the open file: a child that kept it open would make its parent look alive. fork(2) clears the alarm. */
static int born(int pid)
{
    if (pid == 0) {
        if (entry >= 0)
            close(entry);
        entry = -1;
        alarm(LIFETIME);
    }
    return pid;
}

static int spawn(void)
{
    int pid = fork();
    must(pid, "fork");
    return born(pid);
}

static _Noreturn void stay(void)
{
    for (;;)
        pause();
}

static _Noreturn void stay_as(const char *role)
{
    enter(role);
    stay();
}

/* Waits until the parent is dead. From then on a walk by parent pid does not find this process. */
static void wait_for_orphanage(int parent)
{
    while (getppid() == parent)
        usleep(200);
}

static _Noreturn void exec_leaf(const char *role, int orphan_of, char **environment)
{
    char parent[16];
    snprintf(parent, sizeof parent, "%d", orphan_of);
    char *arguments[] = { (char *)self, "leaf", (char *)registry, (char *)role, parent, NULL };
    execve(self, arguments, environment);
    die("execve");
}

static char *nothing[] = { NULL };

/* ---- The animals that any layer finds ---- */

static void plain(void)
{
    if (spawn() == 0)
        stay_as("leaf");
}

static void ignores_sigterm(void)
{
    signal(SIGTERM, SIG_IGN);
    plain();
}

static void stopped(void)
{
    int pid = spawn();
    if (pid == 0)
        stay_as("leaf");
    usleep(50000); /* The child must register first. */
    must(kill(pid, SIGSTOP), "SIGSTOP");
    int status;
    must(waitpid(pid, &status, WUNTRACED), "waitpid");
}

static void vforked(void)
{
    char *arguments[] = { (char *)self, "leaf", (char *)registry, "leaf", "0", NULL };
    int pid = vfork();
    must(pid, "vfork");
    if (pid == 0) {
        execve(self, arguments, environ);
        _exit(98);
    }
}

static void hostile_name(void)
{
    if (spawn() == 0) {
        prctl(PR_SET_NAME, ") R (1\n) Z");
        stay_as("leaf");
    }
}

static void own_pid_namespace(void)
{
    must(unshare(CLONE_NEWPID), "unshare");
    if (spawn() == 0) {
        if (spawn() == 0)
            stay_as("leaf");
        stay_as("init");
    }
}

static void other_user(void)
{
    if (spawn() == 0) {
        enter("leaf");
        must(setresgid(65534, 65534, 65534), "setresgid");
        must(setresuid(65534, 65534, 65534), "setresuid");
        stay();
    }
}

/* The program file is set-user-ID root, the caller is not root. */
static void becomes_root(void)
{
    if (spawn() == 0) {
        must(setresuid(0, 0, 0), "setresuid");
        stay_as("leaf");
    }
    uid_t user = getuid();
    must(setresuid(user, user, user), "setresuid");
}

static void undumpable(void)
{
    if (spawn() == 0) {
        prctl(PR_SET_DUMPABLE, 0);
        stay_as("leaf");
    }
}

/* Only the parent and the group could connect it to the tree, and it is in a group of its own. */
static void undumpable_in_own_session(void)
{
    if (spawn() == 0) {
        must(setsid(), "setsid");
        prctl(PR_SET_DUMPABLE, 0);
        stay_as("leaf");
    }
}

/* ---- The animals that leave their tree ---- */

static void own_group(void)
{
    if (spawn() == 0) {
        must(setpgid(0, 0), "setpgid");
        stay_as("leaf");
    }
}

static void own_session(void)
{
    if (spawn() == 0) {
        must(setsid(), "setsid");
        stay_as("leaf");
    }
}

static void daemon_like(int keep_environment)
{
    int middle = spawn();
    if (middle == 0) {
        must(setsid(), "setsid");
        int parent = getpid();
        if (spawn() == 0)
            exec_leaf("leaf", parent, keep_environment ? environ : nothing);
        _exit(0);
    }
    must(waitpid(middle, NULL, 0), "waitpid");
}

static void daemon_with_environment(void) { daemon_like(1); }

static void daemon_without_environment(void) { daemon_like(0); }

/* Leaves a second after the start, when a sample has found it. */
static void late_daemon_without_environment(void)
{
    int middle = spawn();
    if (middle == 0) {
        must(setsid(), "setsid");
        int parent = getpid();
        if (spawn() == 0) {
            usleep(1200000);
            exec_leaf("leaf", parent, nothing);
        }
        usleep(1000000);
        _exit(0);
    }
    must(waitpid(middle, NULL, 0), "waitpid");
}

static void shell_orphan(void)
{
    char command[2048];
    snprintf(command, sizeof command, "(exec %s leaf %s leaf 0 &)", self, registry);
    must(system(command), "system");
}

static void dead_middle(void)
{
    int middle = spawn();
    if (middle == 0) {
        int parent = getpid();
        if (spawn() == 0) {
            wait_for_orphanage(parent);
            stay_as("leaf");
        }
        _exit(0);
    }
    must(waitpid(middle, NULL, 0), "waitpid");
}

static void dead_root(void)
{
    int parent = getpid();
    if (spawn() == 0) {
        wait_for_orphanage(parent);
        stay_as("leaf");
    }
    usleep(300000); /* A server that exits at once would not count as started. */
    _exit(0);
}

static void exec_without_environment(void)
{
    if (spawn() == 0)
        exec_leaf("leaf", 0, nothing);
}

static void overwritten_environment(void)
{
    if (spawn() == 0) {
        for (char **variable = environ; *variable; variable++)
            memset(*variable, 'x', strlen(*variable));
        stay_as("leaf");
    }
}

static void sibling(void)
{
    int pid = (int)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    must(pid, "clone");
    if (born(pid) == 0)
        stay_as("leaf");
}

/* ARGUMENT: the cgroup.procs file of the cgroup to join. */
static void other_cgroup(void)
{
    if (spawn() == 0) {
        int fd = open(argument, O_WRONLY | O_CLOEXEC);
        must(fd, argument);
        must((int)write(fd, "0", 1), "cgroup.procs");
        close(fd);
        stay_as("leaf");
    }
}

/* Creates a cgroup below its own, joins it and freezes it. ARGUMENT: the mount point of cgroup v2. */
static void frozen_by_its_cgroup(void)
{
    char line[1024], own[1500], path[2048];
    own[0] = 0;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "0::", 3) == 0) {
            line[strcspn(line, "\n")] = 0;
            snprintf(own, sizeof own, "%s%s/zoo-%d", argument, line + 3, getpid());
        }
    if (file)
        fclose(file);
    must(mkdir(own, 0755), own);
    int pid = spawn();
    if (pid == 0) {
        snprintf(path, sizeof path, "%s/cgroup.procs", own);
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        must(fd, path);
        must((int)write(fd, "0", 1), path);
        close(fd);
        stay_as("leaf");
    }
    usleep(100000);
    snprintf(path, sizeof path, "%s/cgroup.freeze", own);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    must(fd, path);
    must((int)write(fd, "1", 1), path);
    close(fd);
    usleep(50000);
}

static void traced(void)
{
    int pid = spawn();
    if (pid == 0) {
        enter("leaf");
        must((int)ptrace(PTRACE_TRACEME, 0, 0, 0), "ptrace");
        raise(SIGSTOP);
        stay();
    }
    int status;
    must(waitpid(pid, &status, WUNTRACED), "waitpid");
}

/* ---- Large and numerous processes ---- */

static void *idle(void *unused)
{
    (void)unused;
    stay();
}

/* ARGUMENT: the port to listen on. The process is in state Z, while its thread holds the lock and the port. */
static void headless(void)
{
    int option = 1, server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    address.sin_port = htons((unsigned short)(argument ? atoi(argument) : 0));
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &option, sizeof option);
    must(bind(server, (struct sockaddr *)&address, sizeof address), "bind");
    must(listen(server, 16), "listen");
    pthread_t thread;
    if (pthread_create(&thread, NULL, idle, NULL) != 0)
        die("pthread_create");
    enter("root");
    syscall(SYS_exit, 0); /* this thread only */
}

static void headless_child(void)
{
    if (spawn() == 0)
        headless();
}

#define CHUNKS 64
#define MEGABYTES 800
static char *memory;
static atomic_int touched;

static void *touch(void *chunk)
{
    size_t size = (size_t)MEGABYTES * 1024 * 1024 / CHUNKS;
    char *start = memory + (size_t)chunk * size;
    for (size_t offset = 0; offset < size; offset += 4096)
        start[offset] = 1;
    atomic_fetch_add(&touched, 1);
    stay();
}

static void huge(void)
{
    memory = mmap(NULL, (size_t)MEGABYTES * 1024 * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    madvise(memory, (size_t)MEGABYTES * 1024 * 1024, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < CHUNKS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, touch, (void *)i) != 0)
            die("pthread_create");
    }
    while (atomic_load(&touched) < CHUNKS)
        usleep(1000);
}

/* ARGUMENT: the number of processes below the root. */
static void deep(void)
{
    int depth = atoi(argument);
    enter("root");
    for (int level = 0; level < depth; level++) {
        if (spawn() != 0)
            stay();
        enter("leaf");
    }
}

static void wide(void)
{
    int width = atoi(argument);
    for (int i = 0; i < width; i++)
        if (spawn() == 0)
            stay_as("leaf");
}

/* ---- Bombs, bounded by a count and by the clock ---- */

/* ARGUMENT: the total number of forks. All processes of a bomb share the lock of the root, whose entry is alive while any of them is. */
struct fuse {
    atomic_int forks;
    struct timespec end;
};
static struct fuse *fuse;

static int may_fork(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec < fuse->end.tv_sec && atomic_fetch_add(&fuse->forks, 1) < atoi(argument);
}

static int multiply(void)
{
    int pid = fork();
    if (pid == 0)
        alarm(10);
    return pid;
}

static void light(void)
{
    fuse = mmap(NULL, sizeof *fuse, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fuse == MAP_FAILED)
        die("mmap");
    clock_gettime(CLOCK_MONOTONIC, &fuse->end);
    fuse->end.tv_sec += 5;
    signal(SIGCHLD, SIG_IGN);
    enter("bomb");
}

static void exponential(void)
{
    light();
    while (may_fork())
        if (multiply() < 0)
            usleep(1000);
    stay();
}

static void spawner(void)
{
    light();
    while (may_fork()) {
        int pid = multiply();
        if (pid == 0)
            stay();
        if (pid < 0)
            usleep(1000);
    }
    stay();
}

static void hop(int leave_session)
{
    light();
    if (multiply() != 0)
        return; /* The root stays: a server that is gone at once would not count as started. */
    while (may_fork()) {
        int pid = multiply();
        if (pid > 0)
            _exit(0);
        if (pid == 0 && leave_session)
            setsid();
        if (pid < 0)
            usleep(1000);
    }
    stay();
}

static void hopper(void) { hop(0); }

static void session_hopper(void) { hop(1); }

/* ---- For the tests of pid reuse ---- */

/* The next fork in this PID namespace gets the pid. Another process may fork first. */
static int take_pid(int wanted)
{
    for (int i = 0; i < 10000; i++) {
        FILE *last = fopen("/proc/sys/kernel/ns_last_pid", "we");
        if (!last)
            die("ns_last_pid");
        fprintf(last, "%d", wanted - 1);
        fclose(last);
        int pid = spawn();
        if (pid == 0 && getpid() != wanted)
            _exit(0);
        if (pid == 0 || pid == wanted)
            return pid;
        waitpid(pid, NULL, 0);
    }
    errno = ESRCH;
    die("the pid never came free");
}

/* A process outside every tree, with the pid in ARGUMENT. */
static void pid_taker(void)
{
    if (take_pid(atoi(argument)) == 0) {
        setsid();
        stay_as("stranger");
    }
}

/* The same, but only the session of that process is left: it has started a daemon by a double fork. */
static void session_taker(void)
{
    int pid = take_pid(atoi(argument));
    if (pid == 0) {
        setsid();
        int parent = getpid();
        if (spawn() == 0) {
            wait_for_orphanage(parent);
            stay_as("stranger");
        }
        _exit(0);
    }
    waitpid(pid, NULL, 0);
}

/* A child in a new session that lives until SIGUSR1 and is then collected at once. */
static void mortal(void)
{
    int pid = spawn();
    if (pid == 0) {
        setsid();
        signal(SIGUSR1, SIG_DFL);
        stay_as("mortal");
    }
    enter("root");
    waitpid(pid, NULL, 0);
}

static const struct {
    const char *name;
    void (*play)(void);
} animals[] = {
    { "plain", plain },
    { "ignores-sigterm", ignores_sigterm },
    { "stopped", stopped },
    { "vfork", vforked },
    { "hostile-name", hostile_name },
    { "pid-namespace", own_pid_namespace },
    { "other-user", other_user },
    { "becomes-root", becomes_root },
    { "undumpable", undumpable },
    { "undumpable-session", undumpable_in_own_session },
    { "setpgid", own_group },
    { "setsid", own_session },
    { "daemon", daemon_with_environment },
    { "daemon-empty-environment", daemon_without_environment },
    { "late-daemon-empty-environment", late_daemon_without_environment },
    { "shell-orphan", shell_orphan },
    { "dead-middle", dead_middle },
    { "dead-root", dead_root },
    { "exec-empty-environment", exec_without_environment },
    { "overwritten-environment", overwritten_environment },
    { "clone-parent", sibling },
    { "other-cgroup", other_cgroup },
    { "frozen", frozen_by_its_cgroup },
    { "traced", traced },
    { "headless", headless },
    { "headless-child", headless_child },
    { "huge", huge },
    { "deep", deep },
    { "wide", wide },
    { "exponential", exponential },
    { "spawner", spawner },
    { "hopper", hopper },
    { "session-hopper", session_hopper },
    { "pid-taker", pid_taker },
    { "session-taker", session_taker },
    { "mortal", mortal },
};

int main(int count, char **arguments)
{
    alarm(LIFETIME);
    self = arguments[0];
    animal = count > 1 ? arguments[1] : "?";
    registry = count > 2 ? arguments[2] : ".";
    argument = count > 3 ? arguments[3] : NULL;
    if (strcmp(animal, "leaf") == 0) {
        /* After an exec ARGUMENT is the role. The next argument is the parent, which must be dead first. */
        wait_for_orphanage(count > 4 && atoi(arguments[4]) > 0 ? atoi(arguments[4]) : -1);
        stay_as(argument);
    }
    for (size_t i = 0; i < sizeof animals / sizeof *animals; i++)
        if (strcmp(animal, animals[i].name) == 0) {
            animals[i].play();
            if (entry < 0)
                enter("root");
            stay();
        }
    errno = EINVAL;
    die("no such animal");
}
