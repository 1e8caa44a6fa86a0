using TestReaper.Platform;
using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>The report says which processes can escape the layers in use.</summary>
public sealed class LayerTextTests
{
    private const string Scope = "0123456789abcdef";
    private readonly FakePlatform _platform = new();

    [Theory(Timeout = 30_000)]
    [InlineData(true, "what leaves its parent, session and environment at once can escape")]
    [InlineData(false, "what leaves its parent, session and environment at once can escape, and so can "
        + "what leaves its parent and session and cannot be read by this user (undumpable, as ssh-agent is, or set-user-ID)")]
    public async Task Without_a_cgroup_the_limits_of_the_other_layers_are_named(bool readsAll, string text)
    {
        await Task.CompletedTask;
        _platform.ReadsAllEnvironments = readsAll;
        using var tree = new TreeTracker(_platform, Scope) { Containment = new Containment(null, "none here") };

        Assert.Equal($"parent, group, session, scope; no cgroup: none here; {text}", tree.Layers);
    }

    [Fact(Timeout = 30_000)]
    public async Task In_a_cgroup_only_a_move_to_another_cgroup_can_escape()
    {
        await Task.CompletedTask;
        using var tree = new TreeTracker(_platform, Scope) { Containment = new Containment(new NoContainer()) };

        Assert.Equal(
            "parent, group, session, cgroup, scope; "
                + "what moves itself to another cgroup and leaves its parent, session and environment can escape",
            tree.Layers);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_tree_started_elsewhere_has_neither_cgroup_nor_scope()
    {
        await Task.CompletedTask;
        using var tree = new TreeTracker(_platform, scope: null);

        Assert.Equal("parent, group, session; what has left its parent, group and session can escape", tree.Layers);
    }

    private sealed class NoContainer : IProcessContainer
    {
        public string Name => "cgroup";

        public IReadOnlyCollection<int> Processes() => [];

        public void Kill()
        {
        }

        public bool IsPopulated() => false;

        public ContainerUsage ReadUsage() => default;

        public bool TryRemove() => true;
    }
}
