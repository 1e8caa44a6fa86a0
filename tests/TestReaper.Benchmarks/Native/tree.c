/*
 * The tree that all contestants reap: tree wide|deep COUNT [SECONDS]
 *
 * COUNT is the number of processes, including the root. wide: all others are its children; deep: each is the child of the one
 * before. Prints "up" when all exist; then all sleep and ignore SIGTERM. SIGALRM ends each after SECONDS (120), so that none
 * outlives the benchmark for long.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned lifetime = 120;

static _Noreturn void rest(void)
{
    for (;;)
        pause();
}

static pid_t grow(void)
{
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        kill(0, SIGTERM);
        _exit(1);
    }
    if (child == 0)
        alarm(lifetime);
    return child;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    int deep = strcmp(argv[1], "deep") == 0, count = atoi(argv[2]);
    if (argc > 3)
        lifetime = (unsigned)atoi(argv[3]);
    alarm(lifetime);
    signal(SIGTERM, SIG_IGN);

    for (int i = 1; i < count; i++) {
        pid_t child = grow();
        if (deep && child > 0)
            rest();
        if (!deep && child == 0)
            rest();
    }
    if (write(STDOUT_FILENO, "up\n", 3) != 3)
        return 1;
    rest();
}
