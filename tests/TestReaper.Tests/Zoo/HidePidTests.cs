using TestReaper.Platform.Linux.Procfs;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>The report says which mount option of /proc hides processes.</summary>
public sealed class HidePidTests
{
    private const string Root = "1 0 254:0 / / rw,relatime - ext4 /dev/vda rw";

    [Theory]
    [InlineData("22 1 0:20 / /proc rw,nosuid - proc proc rw,hidepid=2", "hidepid=2")]
    [InlineData("22 1 0:20 / /proc rw,nosuid shared:5 - proc proc rw,gid=4,hidepid=invisible", "hidepid=invisible")]
    public void The_option_of_a_mount_that_hides_processes_is_reported(string mount, string option) =>
        Assert.Contains(option, HidePid.Describe([Root, mount]), StringComparison.Ordinal);

    [Theory]
    [InlineData("22 1 0:20 / /proc rw,nosuid - proc proc rw")]
    [InlineData("22 1 0:20 / /proc rw,nosuid - proc proc rw,hidepid=off")]
    [InlineData("22 1 0:20 / /other rw,nosuid - proc proc rw,hidepid=2")]
    public void A_mount_that_hides_no_processes_is_not_reported(string mount) => Assert.Empty(HidePid.Describe([Root, mount]));

    [Fact]
    public void The_last_mount_overrides_the_others() => Assert.Empty(HidePid.Describe(
        [Root, "22 1 0:20 / /proc rw - proc proc rw,hidepid=2", "23 22 0:21 / /proc rw - proc proc rw"]));
}
