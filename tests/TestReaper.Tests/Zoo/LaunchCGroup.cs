using TestReaper.Platform.Linux.Containers;

namespace TestReaper.Tests.Zoo;

/// <summary>Finds the cgroup that the product created for a server.</summary>
internal static class LaunchCGroup
{
    /// <summary>The directory of the cgroup. Null if the process is not in a cgroup of the product.</summary>
    public static string? Of(int pid)
    {
        var path = File.ReadLines($"/proc/{pid}/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal));
        var name = path?.Split('/')[^1];
        return name?.StartsWith("testreaper-", StringComparison.Ordinal) == true ? Path.Combine(CGroupMount.OwnDirectory()!, name) : null;
    }
}
