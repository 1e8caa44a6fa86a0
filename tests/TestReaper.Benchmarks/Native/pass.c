/* pass ITERATIONS: prints wall and CPU ms of each pass over /proc: getdents, and open, read, close of every /proc/PID/stat. */
#include "proc.h"

int main(int argc, char **argv)
{
    static struct process processes[65536];
    int iterations = argc > 1 ? atoi(argv[1]) : 1;
    pass(processes, 65536);
    while (iterations-- > 0) {
        double wall = wall_ms(), cpu = cpu_ms();
        pass(processes, 65536);
        printf("%.4f %.4f\n", wall_ms() - wall, cpu_ms() - cpu);
    }
    return 0;
}
