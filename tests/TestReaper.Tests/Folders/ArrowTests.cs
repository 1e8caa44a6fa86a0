using Xunit;

namespace TestReaper.Tests.Folders;

/// <summary>The architecture tests can fail: each rule on arrows that break it.</summary>
public sealed class ArrowTests
{
    [Fact(Timeout = 30_000)]
    public async Task Two_folders_that_use_each_other_are_a_cycle()
    {
        await Task.CompletedTask;

        Assert.Equal(2, Arrow.OnCycles([new("A/B", "A/C", ""), new("A/C/D", "A/B", "")]).Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cycle_over_three_folders_is_found_and_what_leads_to_it_is_not_part_of_it()
    {
        await Task.CompletedTask;
        var cycle = Arrow.OnCycles([new("A", "B", ""), new("B", "C", ""), new("C", "A", ""), new("D", "A", "")]);

        Assert.Equal(["A", "B", "C"], cycle.Select(arrow => arrow.From).Order());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_folder_and_the_folders_below_it_may_use_each_other()
    {
        await Task.CompletedTask;

        Assert.Empty(Arrow.OnCycles([new("A", "A/B", ""), new("A/B", "A", "")]));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_folder_of_a_type_is_that_of_its_source()
    {
        await Task.CompletedTask;
        var root = Directory.CreateTempSubdirectory("testreaper-");
        try
        {
            var folder = root.CreateSubdirectory("One/Two");
            const string Source = "namespace N.M;\n\ninternal sealed class X\n{\n}\n\ninternal readonly record struct Y(int Z);\n";
            File.WriteAllText(Path.Combine(folder.FullName, "X.cs"), Source);

            var folders = CoreTypes.ReadFolders(root.FullName);

            Assert.Equal("One/Two", folders["N.M.X"]);
            Assert.Equal("One/Two", folders["N.M.Y"]);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_uses_of_a_type_are_found_in_its_methods_and_lambdas()
    {
        await Task.CompletedTask;
        var arrows = Arrow.Between(CoreTypes.All).Select(arrow => (arrow.From, arrow.To)).Distinct().ToList();

        Assert.Contains(("Servers/Starting", "CrashProtection"), arrows);
        Assert.Contains(("Reaping", "Processes"), arrows);
        Assert.True(CoreTypes.All.Count > 200, $"only {CoreTypes.All.Count} types");
    }
}
