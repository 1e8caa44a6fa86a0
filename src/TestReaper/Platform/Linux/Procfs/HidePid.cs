using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Whether /proc hides processes from this user (proc(5), mount option hidepid).</summary>
internal static class HidePid
{
    internal static string Describe() =>
        Environment.IsPrivilegedProcess ? "" : Describe(KernelText.ReadLines(MountTable.Path) ?? []);

    internal static string Describe(IEnumerable<string> mounts)
    {
        // 36 35 0:30 / /proc options... - proc proc rw,hidepid=invisible; the last mount covers the others.
        var mount = mounts.LastOrDefault(
            line => line.Contains(" /proc ", StringComparison.Ordinal) && line.Contains(" - proc ", StringComparison.Ordinal));
        var option = mount?.Split(' ')[^1].Split(',').FirstOrDefault(option => option.StartsWith("hidepid=", StringComparison.Ordinal));
        return option is null or "hidepid=0" or "hidepid=off"
            ? ""
            : $"; /proc is mounted with {option}: processes of other users and undumpable ones are hidden and can escape";
    }
}
