// Hangs in two threads whose functions a stack shows. Ignores SIGTERM.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];

__attribute__((noinline)) static void wait_for_the_model(void)
{
    char byte;
    while (read(ends[0], &byte, 1) > 0) {
    }
    puts("end"); // no tail call: the frame stays
}

__attribute__((noinline)) static void *load_weights(void *unused)
{
    pthread_setname_np(pthread_self(), "loader");
    for (;;) {
        pause();
    }
    return unused;
}

int main(void)
{
    pthread_t loader;
    signal(SIGTERM, SIG_IGN);
    if (pipe(ends) != 0 || pthread_create(&loader, NULL, load_weights, NULL) != 0) {
        return 1;
    }
    puts("up");
    fflush(stdout);
    wait_for_the_model();
    puts("over");
    return 0;
}
