using TestReaper.Platform.Linux.Containers;
using Xunit;

namespace TestReaper.Tests.Platform;

public sealed class CGroupUsageTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_peak_and_the_CPU_time_are_read_from_the_files_of_the_cgroup()
    {
        var directory = Directory.CreateTempSubdirectory("testreaper-").FullName;
        try
        {
            Assert.Equal(default, CGroupUsage.Read(directory));

            await File.WriteAllTextAsync(Path.Combine(directory, "memory.peak"), "123456789\n");
            await File.WriteAllTextAsync(
                Path.Combine(directory, "cpu.stat"), "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\nnice_usec 0\n");

            Assert.Equal(new(123456789, TimeSpan.FromSeconds(2.5)), CGroupUsage.Read(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("max")]
    [InlineData("-1")]
    public async Task What_is_not_a_number_is_not_measured(string text)
    {
        await Task.CompletedTask;
        Assert.Null(CGroupUsage.ParsePeak([text]));
        Assert.Null(CGroupUsage.ParseCpu([$"usage_usec {text}"]));
        Assert.Null(CGroupUsage.ParseCpu(["user_usec 1"]));
    }
}
