namespace SampleServer.Processes;

internal static class Roles
{
    public const string Launcher = "launcher";
    public const string Scheduler = "scheduler";
    public const string SchedulerStarter = "scheduler-starter";

    public static string Worker(int number) => $"worker-{number}";

    public static IEnumerable<string> Workers(int count) => Enumerable.Range(0, count).Select(Worker);
}
