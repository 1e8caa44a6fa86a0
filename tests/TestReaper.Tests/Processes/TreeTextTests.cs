using System.Globalization;
using System.Text.RegularExpressions;
using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

public sealed partial class TreeTextTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_small_tree_is_drawn_with_its_branches()
    {
        await Task.CompletedTask;
        Assert.Equal(
            """
            ├─ 1 a
            │  ├─ 2 b
            │  │  └─ 4 d  (note)
            │  └─ 3 c
            └─ 5 e
               └─ 6 f
            """,
            TreeText.Draw([Line(1, 0, "a"), Line(2, 1, "b"), Line(3, 1, "c"), new(4, 2, "d", "note"), Line(5, 0, "e"), Line(6, 5, "f")]));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_empty_tree_is_drawn_as_an_empty_text()
    {
        await Task.CompletedTask;
        Assert.Equal("", TreeText.Draw([]));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_without_a_known_parent_is_drawn_at_the_top()
    {
        await Task.CompletedTask;
        Assert.Equal(
            """
            ├─ 7 orphan
            └─ 8 itself
            """,
            TreeText.Draw([Line(7, 999, "orphan"), Line(8, 8, "itself")]));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(2, "└─ 10, 11 w")]
    [InlineData(4, "└─ 10, 11, 12, 13 w")]
    [InlineData(5, "└─ 10, 11, ... 14 [5 alike] w")]
    [InlineData(98, "└─ 10, 11, ... 107 [98 alike] w")]
    public async Task Siblings_with_equal_command_lines_become_one_line(int count, string expected)
    {
        await Task.CompletedTask;
        Assert.Equal(expected, TreeText.Draw([.. Enumerable.Range(10, count).Select(pid => Line(pid, 0, "w"))]));
    }

    [Fact(Timeout = 30_000)]
    public async Task Siblings_with_children_are_never_grouped()
    {
        await Task.CompletedTask;
        Assert.Equal(
            """
            ├─ 1 w
            │  └─ 9 child
            └─ 2, 3 w
            """,
            TreeText.Draw([Line(1, 0, "w"), Line(2, 0, "w"), Line(3, 0, "w"), Line(9, 1, "child")]));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_command_line_is_shortened_and_its_program_has_no_directory()
    {
        await Task.CompletedTask;
        var text = TreeText.Draw([Line(1, 0, "/usr/bin/python3 -m /a/b " + new string('x', 200))]);

        Assert.Equal($"└─ 1 python3 -m /a/b {new string('x', 100 - "python3 -m /a/b ".Length)}...", text);
        Assert.Equal("└─ 1 [kworker/0:1]", TreeText.Draw([Line(1, 0, "[kworker/0:1]")]));
        Assert.Equal("└─ 1 ", TreeText.Draw([Line(1, 0, "")]));
        Assert.Equal("└─ 1 ", TreeText.Draw([Line(1, 0, "/")]));
    }

    public static TheoryData<string, int> Shapes => new()
    {
        { "wide", 40 }, { "wide", 41 }, { "wide", 200 },
        { "chain", 40 }, { "chain", 41 }, { "chain", 200 },
        { "comb", 41 }, { "comb", 200 },
        { "binary", 200 },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Shapes))]
    public async Task A_big_tree_ends_after_40_lines_with_the_number_of_processes_left_out(string shape, int count)
    {
        await Task.CompletedTask;
        var text = TreeText.Draw([.. Enumerable.Range(1, count).Select(pid => Line(pid, ParentIn(shape, pid), $"unique-{pid}"))]);

        var lines = text.Split(Environment.NewLine);
        var drawn = lines.Where(line => line.Contains("─ ", StringComparison.Ordinal)).ToArray();
        var more = More().Match(lines[^1]);
        Assert.Equal(Math.Min(40, count), drawn.Length);
        Assert.Equal(count - drawn.Length, more.Success ? int.Parse(more.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_processes_left_out_include_those_of_grouped_lines()
    {
        await Task.CompletedTask;
        var alike = Enumerable.Range(1, 10).Select(pid => Line(pid, 0, "alike"));
        var distinct = Enumerable.Range(100, 60).Select(pid => Line(pid, 0, $"{pid}"));

        Assert.EndsWith($"{Environment.NewLine}... and 21 more", TreeText.Draw([.. alike, .. distinct]), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cycle_of_reused_pids_does_not_loop()
    {
        await Task.CompletedTask;
        Assert.Equal("... and 2 more", TreeText.Draw([Line(1, 2, "a"), Line(2, 1, "b")]).Trim());

        var text = TreeText.Draw([Line(5, 0, "first"), Line(7, 5, "middle"), Line(5, 7, "second")]);
        Assert.Equal(3, text.Split(Environment.NewLine).Length);
    }

    [Fact(Timeout = 30_000)]
    public async Task Line_breaks_and_escape_sequences_are_removed_from_a_command_line()
    {
        await Task.CompletedTask;
        Assert.Equal("└─ 1 sh -c a  b [31m", TreeText.Draw([Line(1, 0, "sh -c a\r\nb\u001b[31m")]));
    }

    private static TreeLine Line(int pid, int parent, string commandLine) => new(pid, parent, commandLine, "");

    private static int ParentIn(string shape, int pid) => shape switch
    {
        "wide" => 0,
        "chain" => pid - 1,
        "comb" => pid % 2 == 0 ? pid - 1 : Math.Max(0, pid - 2),
        _ => pid / 2,
    };

    [GeneratedRegex(@"^\.\.\. and (\d+) more$")]
    private static partial Regex More();
}
