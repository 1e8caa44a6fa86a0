using TestReaper.Platform.Linux.Containers;

namespace TestReaper.Tests.Zoo;

/// <summary>The cgroup that the product made for a server.</summary>
internal static class LaunchCGroup
{
    /// <summary>Its directory; null if the process is in none of the product's.</summary>
    public static string? Of(int pid)
    {
        var path = File.ReadLines($"/proc/{pid}/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal));
        var name = path?.Split('/')[^1];
        return name?.StartsWith("testreaper-", StringComparison.Ordinal) == true ? Path.Combine(CGroupMount.OwnDirectory()!, name) : null;
    }
}
