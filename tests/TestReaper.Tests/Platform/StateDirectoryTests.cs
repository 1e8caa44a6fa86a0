using TestReaper.Platform;
using Xunit;

namespace TestReaper.Tests.Platform;

public sealed class StateDirectoryTests
{
    [Fact]
    public void A_user_with_a_name_keeps_the_directory_of_that_name() =>
        Assert.Equal(["/run/user/7/testreaper", "/tmp/testreaper-ann", "/tmp/testreaper-uid-7"],
            StateDirectory.Candidates("/run/user/7", "/tmp", "ann", 7));

    /// <summary>Containers run as users without a name. These users must not share one directory.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("?")]
    public void Users_without_a_name_share_no_directory(string name)
    {
        var one = StateDirectory.Candidates(null, "/tmp", name, 54321).ToArray();
        var other = StateDirectory.Candidates("", "/tmp", name, 54322).ToArray();

        Assert.Equal("/tmp/testreaper-uid-54321", Assert.Single(one));
        Assert.Equal("/tmp/testreaper-uid-54322", Assert.Single(other));
    }

    [Fact]
    public void A_user_name_with_a_slash_is_not_used_in_a_path() =>
        Assert.Equal(["/tmp/testreaper-uid-7"], StateDirectory.Candidates(null, "/tmp", "../ann", 7));
}
