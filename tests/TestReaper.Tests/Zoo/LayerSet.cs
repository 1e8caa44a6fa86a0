using TestReaper.Platform.Linux.Procfs;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>One combination of the mechanisms that a host may use and the user that runs it.</summary>
/// <param name="Name">The name in test names.</param>
/// <param name="HostOptions">The options of TestReaper.TestHost.</param>
public sealed record LayerSet(string Name, params string[] HostOptions)
{
    // The overflow user and group of Linux, which have no privileges.
    private const string OverflowId = "65534";

    private static readonly string[] Errnos = ["EINVAL", "ENOSYS", "EPERM", "EMFILE"];
    private static readonly string[] SignalErrnos = ["EINVAL", "ENOSYS", "EPERM"];

    public static LayerSet All { get; } = new("all layers");

    public static LayerSet NoCGroup { get; } = new("no cgroup", "--no-cgroup");

    public static LayerSet Subreaper { get; } = new("no cgroup but the subreaper", "--no-cgroup", "--subreaper");

    /// <summary>With two servers in one host the subreaper cannot tell which server an adopted orphan belongs to.</summary>
    public static LayerSet SharedSubreaper { get; } =
        new("no cgroup, the subreaper of two servers", "--no-cgroup", "--subreaper") { IsShared = true };

    public static LayerSet OrdinaryUser { get; } = new("ordinary user") { IsOrdinaryUser = true };

    /// <summary>The host gets a new mount of /proc. A remount would change the /proc of the whole machine.</summary>
    public static LayerSet HidePid { get; } = new("hidepid=2") { IsOrdinaryUser = true, HidesPids = true };

    public static IReadOnlyList<LayerSet> Each { get; } =
    [
        All, NoCGroup, Subreaper, SharedSubreaper, OrdinaryUser, HidePid,
        .. Errnos.Select(errno => new LayerSet($"pidfd_open {errno}", "--refuse", $"pidfd_open={errno}")),
        .. SignalErrnos.Select(errno =>
            new LayerSet($"pidfd_send_signal {errno}", "--no-cgroup", "--refuse", $"pidfd_send_signal={errno}")),
        new("no cgroup, pidfd_open ENOSYS", "--no-cgroup", "--refuse", "pidfd_open=ENOSYS"),
    ];

    public bool IsOrdinaryUser { get; private init; }

    public bool HidesPids { get; private init; }

    public bool IsShared { get; private init; }

    public bool HasCGroup => !IsOrdinaryUser && !HostOptions.Contains("--no-cgroup");

    public bool HasSubreaper => HostOptions.Contains("--subreaper") && !IsShared;

    public static LayerSet Of(string name) => Each.Single(set => set.Name == name);

    /// <summary>Any combination, including those that are not in <see cref="Each"/>.</summary>
    public static LayerSet Random(Random random)
    {
        var user = new[] { All, All, OrdinaryUser, HidePid }[random.Next(4)];
        string[] cgroup = user.IsOrdinaryUser || random.Next(2) == 0 ? [] : ["--no-cgroup"];
        string[] subreaper = random.Next(3) > 0 ? [] : ["--subreaper"];
        string[] pidfd = random.Next(2) == 0 ? [] : ["--refuse", $"pidfd_open={Errnos[random.Next(Errnos.Length)]}"];
        string[] options = [.. cgroup, .. subreaper, .. pidfd];
        return user with { Name = $"{user.Name} {string.Join(' ', options)}".TrimEnd(), HostOptions = options };
    }

    /// <summary>Arguments before a command that make it run as this set requires. Only root can switch to another user.</summary>
    public IReadOnlyList<string> Prefix(bool forHost)
    {
        if (!IsOrdinaryUser)
        {
            return [];
        }

        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        string[] user =
        [
            Programs.Require("setpriv"), "--reuid", OverflowId, "--regid", OverflowId, "--clear-groups", "--inh-caps=-all", "--",
        ];
        return HidesPids && forHost ? [.. HidingPids(), .. user] : user;
    }

    private static string[] HidingPids()
    {
        const string Script = "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"";
        return [Programs.Require("unshare"), "--mount", "--propagation", "private", "/bin/sh", "-c", Script, "sh"];
    }

    public override string ToString() => Name;
}
