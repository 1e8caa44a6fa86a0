/*
 * collect PROGRAM ARGUMENTS...: runs the program, adopts the orphans of everything below it, and collects each at once. Exits as the
 * program does.
 *
 * Some inits collect orphans once a second. Until then a zombie makes every pass over /proc longer, as a living process does, and the
 * trees of one run would be measured in the next.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 2 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
        return 2;
    pid_t program = fork(), child;
    if (program == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    int status, result = 1;
    while ((child = wait(&status)) > 0 || errno == EINTR)
        if (child == program) {
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            break;
        }
    return result;
}
