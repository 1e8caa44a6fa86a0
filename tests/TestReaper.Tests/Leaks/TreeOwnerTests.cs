using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class TreeOwnerTests : RunningServers
{
    // Visible to this test only.
    private static readonly AsyncLocal<TreeOwner?> OfThisTest = new();

    [Fact(Timeout = 30_000)]
    public async Task An_entered_owner_applies_to_called_methods_and_not_to_the_caller()
    {
        var owner = new TreeOwner("Class");

        Assert.Same(owner, await EnterAsync(owner));

        Assert.Null(TreeOwner.Current);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_an_entered_owner_the_test_framework_provides_one()
    {
        var (asked, entered) = (new TreeOwner("Asked"), new TreeOwner("Entered"));
        OfThisTest.Value = asked;
        TreeOwner.Source = () => OfThisTest.Value;
        try
        {
            Assert.Same(asked, TreeOwner.Current);
            Assert.Same(entered, await EnterAsync(entered));
        }
        finally
        {
            TreeOwner.Source = null;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Two_owners_with_one_name_are_different()
    {
        await Task.CompletedTask;
        var owner = new TreeOwner("Class");

        Assert.NotEqual(owner, new TreeOwner("Class"));
        Assert.Equal("Class", owner.ToString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_log_of_a_server_is_kept_if_a_test_of_its_owner_has_failed(bool hasFailures)
    {
        var owner = new TreeOwner("Class");
        TreeOwner.Enter(owner);
        await using var server = await StartAsync(Program());
        var tree = Assert.Single(LiveTrees.All, live => live.Tree.Members.Any(member => member.Identity.Pid == server.ProcessId));
        Assert.Same(owner, tree.Owner);
        await Registry.WaitForAsync(1);
        owner.HasFailures = hasFailures;

        await server.ReapAsync();

        Assert.Equal(hasFailures ? 1 : 0, Directory.GetFiles(LogDirectory).Length);
    }

    private static async Task<TreeOwner?> EnterAsync(TreeOwner owner)
    {
        TreeOwner.Enter(owner);
        await Task.Yield();
        return await Task.Run(() => TreeOwner.Current);
    }
}
