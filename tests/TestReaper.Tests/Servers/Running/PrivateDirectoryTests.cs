using System.Runtime.Versioning;
using TestReaper.Platform.Linux;
using Xunit;

namespace TestReaper.Tests.Servers;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateDirectoryTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _parent = Directory.CreateTempSubdirectory("testreaper-").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void A_directory_that_only_its_owner_can_enter_is_private() => Assert.True(new LinuxFiles().IsPrivateDirectory(Make(Owner)));

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_directory_with_any_right_for_others_is_not(UnixFileMode right) =>
        Assert.False(new LinuxFiles().IsPrivateDirectory(Make(Owner | right)));

    [Fact]
    public void A_symbolic_link_to_a_private_one_is_not()
    {
        var link = Path.Combine(_parent, "link");
        Directory.CreateSymbolicLink(link, Make(Owner));

        Assert.False(new LinuxFiles().IsPrivateDirectory(link));
    }

    [Fact]
    public void A_file_is_not()
    {
        var file = Path.Combine(_parent, "file");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, Owner);

        Assert.False(new LinuxFiles().IsPrivateDirectory(file));
    }

    [Fact]
    public void A_missing_or_a_public_directory_is_not()
    {
        Assert.False(new LinuxFiles().IsPrivateDirectory(Path.Combine(_parent, "nothing")));
        Assert.False(new LinuxFiles().IsPrivateDirectory("/"));
        Assert.False(new LinuxFiles().IsPrivateDirectory("/tmp"));
    }

    private string Make(UnixFileMode mode)
    {
        var path = Path.Combine(_parent, "directory");
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);
        return path;
    }
}
