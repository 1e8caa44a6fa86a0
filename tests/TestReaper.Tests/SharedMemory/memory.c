/*
 * Executes its arguments, which are actions on shared memory, in order. Then it prints "ready" and waits to be killed.
 *
 *   create NAME       a segment of 64 KiB, mapped; its descriptor is closed
 *   open-only NAME    the same, kept open and not mapped
 *   touch NAME        the same, neither open nor mapped
 *   map NAME          maps a segment that exists
 *   semaphore NAME    creates a semaphore and keeps it mapped
 *   queue NAME        creates a message queue and keeps it open
 *   link NAME OTHER   gives a segment a second name
 *   unlink NAME       removes a name
 *   systemv           creates and attaches a System V segment and prints its id
 *   systemv-loose     creates one, does not attach it, and prints its id
 *   attach ID         attaches one that exists
 *   child ... end     a child executes the actions in between; waits for its exit
 *   daemon ... end    the same, with a child that stays alive, in a new session
 *   clear             runs the following actions after an execve with an empty environment
 *   later             waits for 50 ms
 *   wait              prints "waiting" and reads a byte of the standard input
 *   exit              exits instead of waiting to be killed
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (64 * 1024)

static void check(int ok, const char *what) {
  if (!ok) {
    perror(what);
    exit(2);
  }
}

static int open_segment(const char *name, int flags) {
  int fd = shm_open(name, O_RDWR | flags, 0600);
  check(fd >= 0, name);
  if (flags & O_CREAT) check(ftruncate(fd, SIZE) == 0, "ftruncate");
  return fd;
}

static void map_and_close(int fd) {
  check(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED, "mmap");
  close(fd);
}

static void print_id(int id) {
  check(id >= 0, "shmget");
  printf("id %d\n", id);
  fflush(stdout);
}

static char **find_end(char **arg) {
  while (*arg && strcmp(*arg, "end") != 0) arg++;
  check(*arg != NULL, "end");
  return arg;
}

int main(int argc, char **argv) {
  (void)argc;
  for (char **arg = argv + 1; *arg; arg++) {
    if (strcmp(*arg, "create") == 0) {
      map_and_close(open_segment(*++arg, O_CREAT | O_EXCL));
    } else if (strcmp(*arg, "open-only") == 0) {
      open_segment(*++arg, O_CREAT | O_EXCL);
    } else if (strcmp(*arg, "touch") == 0) {
      close(open_segment(*++arg, O_CREAT | O_EXCL));
    } else if (strcmp(*arg, "map") == 0) {
      map_and_close(open_segment(*++arg, 0));
    } else if (strcmp(*arg, "semaphore") == 0) {
      check(sem_open(*++arg, O_CREAT | O_EXCL, 0600, 1) != SEM_FAILED, "sem_open");
    } else if (strcmp(*arg, "queue") == 0) {
      char name[300];
      snprintf(name, sizeof name, "/%s", *++arg);
      check(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL) != (mqd_t)-1, "mq_open");
    } else if (strcmp(*arg, "link") == 0) {
      char from[300], to[300];
      snprintf(from, sizeof from, "/dev/shm/%s", *++arg);
      snprintf(to, sizeof to, "/dev/shm/%s", *++arg);
      check(link(from, to) == 0, "link");
    } else if (strcmp(*arg, "unlink") == 0) {
      check(shm_unlink(*++arg) == 0, "shm_unlink");
    } else if (strcmp(*arg, "systemv") == 0) {
      int id = shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600);
      check(shmat(id, NULL, 0) != (void *)-1, "shmat");
      print_id(id);
    } else if (strcmp(*arg, "systemv-loose") == 0) {
      print_id(shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600));
    } else if (strcmp(*arg, "attach") == 0) {
      check(shmat(atoi(*++arg), NULL, 0) != (void *)-1, "shmat");
    } else if (strcmp(*arg, "child") == 0 || strcmp(*arg, "daemon") == 0) {
      int is_daemon = strcmp(*arg, "daemon") == 0;
      char **end = find_end(arg);
      pid_t child = fork();
      check(child >= 0, "fork");
      if (child == 0) {
        if (is_daemon) setsid();
        *end = is_daemon ? NULL : "exit";
        continue;
      }
      if (!is_daemon) waitpid(child, NULL, 0);
      arg = end;
    } else if (strcmp(*arg, "clear") == 0) {
      char *empty[] = {NULL};
      *arg = argv[0];
      execve("/proc/self/exe", arg, empty);
      check(0, "execve");
    } else if (strcmp(*arg, "later") == 0) {
      usleep(50 * 1000);
    } else if (strcmp(*arg, "wait") == 0) {
      char byte;
      puts("waiting");
      fflush(stdout);
      check(read(0, &byte, 1) == 1, "read");
    } else if (strcmp(*arg, "exit") == 0) {
      return 0;
    } else {
      fprintf(stderr, "unknown: %s\n", *arg);
      return 2;
    }
  }
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
