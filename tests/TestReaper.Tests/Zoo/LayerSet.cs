using TestReaper.Platform.Linux.Procfs;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>One combination of what a host may use, and of who it is.</summary>
/// <param name="Name">For the names of the tests.</param>
/// <param name="HostOptions">For TestReaper.TestHost.</param>
public sealed record LayerSet(string Name, params string[] HostOptions)
{
    private const string Nobody = "65534";

    private static readonly string[] Errnos = ["EINVAL", "ENOSYS", "EPERM", "EMFILE"];

    public static LayerSet All { get; } = new("all layers");

    public static LayerSet NoCGroup { get; } = new("no cgroup", "--no-cgroup");

    public static LayerSet Subreaper { get; } = new("no cgroup but the subreaper", "--no-cgroup", "--subreaper");

    /// <summary>Of two servers in one host, neither can tell whose the adopted orphans are.</summary>
    public static LayerSet SharedSubreaper { get; } = new("no cgroup, the subreaper of two servers", "--no-cgroup", "--subreaper") { IsShared = true };

    public static LayerSet OrdinaryUser { get; } = new("ordinary user") { IsOrdinaryUser = true };

    /// <summary>A new mount, not a remount: that would change the /proc of the whole machine.</summary>
    public static LayerSet HidePid { get; } = new("hidepid=2") { IsOrdinaryUser = true, HidesPids = true };

    public static IReadOnlyList<LayerSet> Each { get; } =
    [
        All, NoCGroup, Subreaper, SharedSubreaper, OrdinaryUser, HidePid,
        .. Errnos.Select(errno => new LayerSet($"pidfd_open {errno}", "--refuse", $"pidfd_open={errno}")),
        .. new[] { "EINVAL", "ENOSYS", "EPERM" }.Select(errno => new LayerSet($"pidfd_send_signal {errno}", "--no-cgroup", "--refuse", $"pidfd_send_signal={errno}")),
        new("no cgroup, pidfd_open ENOSYS", "--no-cgroup", "--refuse", "pidfd_open=ENOSYS"),
    ];

    public bool IsOrdinaryUser { get; private init; }

    public bool HidesPids { get; private init; }

    public bool IsShared { get; private init; }

    public bool HasCGroup => !IsOrdinaryUser && !HostOptions.Contains("--no-cgroup");

    public bool HasSubreaper => HostOptions.Contains("--subreaper") && !IsShared;

    public static LayerSet Of(string name) => Each.Single(set => set.Name == name);

    /// <summary>Any combination, also those that are not among <see cref="Each"/>.</summary>
    public static LayerSet Random(Random random)
    {
        var user = new[] { All, All, OrdinaryUser, HidePid }[random.Next(4)];
        string[] cgroup = user.IsOrdinaryUser || random.Next(2) == 0 ? [] : ["--no-cgroup"];
        string[] subreaper = random.Next(3) > 0 ? [] : ["--subreaper"];
        string[] pidfd = random.Next(2) == 0 ? [] : ["--refuse", $"pidfd_open={Errnos[random.Next(Errnos.Length)]}"];
        string[] options = [.. cgroup, .. subreaper, .. pidfd];
        return user with { Name = $"{user.Name} {string.Join(' ', options)}".TrimEnd(), HostOptions = options };
    }

    /// <summary>What stands before a command so that it runs as this set says; only root can play another user.</summary>
    public IReadOnlyList<string> Prefix(bool forHost)
    {
        if (!IsOrdinaryUser)
        {
            return [];
        }

        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        string[] user = [Programs.Require("setpriv"), "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--inh-caps=-all", "--"];
        return HidesPids && forHost
            ? [Programs.Require("unshare"), "--mount", "--propagation", "private", "/bin/sh", "-c", "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"", "sh", .. user]
            : user;
    }

    public override string ToString() => Name;
}
