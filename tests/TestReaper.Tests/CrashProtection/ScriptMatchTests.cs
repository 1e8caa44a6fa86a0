using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A process that only mentions a scope, or only has the pid of a server, is not signalled.</summary>
[SupportedOSPlatform("linux")]
public sealed class ScriptMatchTests : IDisposable
{
    private readonly ProcessRegistry _innocent = new();
    private readonly ProcessRegistry _left = new();

    public static TheoryData<string> Shells => ["dash", "bash --posix", "busybox sh"];

    public void Dispose()
    {
        _innocent.Dispose();
        _left.Dispose();
    }

    [SkippableTheory(Timeout = 60_000)]
    [MemberData(nameof(Shells))]
    public async Task A_scope_counts_only_in_its_variable_and_as_a_whole(string shell)
    {
        var scope = ScopeId.New();
        (string Name, string Value)[] mentions =
        [
            ("DUMP", $"HOME=/root TESTREAPER_SCOPE={scope}"),
            ("DUMP", $"HOME=/root\nTESTREAPER_SCOPE={scope}\n"),
            ("MY_TESTREAPER_SCOPE", scope),
            ("TESTREAPER_SCOPE", $"0{scope}:{scope}0"),
            ("TESTREAPER_SCOPE", $"0123456789abcdef\nTESTREAPER_SCOPE={scope}"),
            ("TESTREAPER_SCOPES", scope),
        ];
        foreach (var (name, value) in mentions)
        {
            Start(_innocent, name, value);
        }

        // Positive control: alone, last and first of a list.
        Start(_left, "TESTREAPER_SCOPE", scope);
        Start(_left, "TESTREAPER_SCOPE", $"fedcba9876543210:{scope}");
        Start(_left, "TESTREAPER_SCOPE", $"{scope}:fedcba9876543210");
        await _innocent.WaitForAsync(mentions.Length);
        await _left.WaitForAsync(3);
        using var script = new ScriptRun(shell);
        await script.BeginAsync($"add {scope} -");

        script.Close();
        await script.EndsAsync();

        _left.AssertNoneAlive(TimeSpan.FromSeconds(5));
        Assert.Equal(mentions.Length, _innocent.Alive().Count);
    }

    [SkippableTheory(Timeout = 60_000)]
    [MemberData(nameof(Shells))]
    public async Task A_pid_with_another_start_time_is_not_signalled(string shell)
    {
        var (group, root, recorded) = (ScopeId.New(), ScopeId.New(), ScopeId.New());
        var stranger = Start(_innocent, "A", "b", "--setsid");
        var tracked = Start(_innocent, "A", "b", "--setsid");

        // Positive control: the right start time, and a child without a scope.
        var mine = Start(_left, "A", "b", "--setsid", "--children", "1");
        var others = await _innocent.WaitForAsync(2);
        var own = await _left.WaitForAsync(2);
        ulong StartOf(int pid) => others.Concat(own).Single(process => process.Pid == pid).StartTime;
        using var script = new ScriptRun(shell);
        await script.BeginAsync(
            $"add {group} -", $"group {group} {stranger} {StartOf(stranger) - 1}",
            $"add {root} -", $"root {root} {tracked} {StartOf(tracked) + 1}",
            $"add {recorded} -", $"root {recorded} {mine} {StartOf(mine)}");

        script.Close();
        await script.EndsAsync();

        _left.AssertNoneAlive(TimeSpan.FromSeconds(5));
        Assert.Equal(2, _innocent.Alive().Count);
    }

    private static int Start(ProcessRegistry registry, string name, string value, params string[] options)
    {
        var start = TestProgram.StartInfo(["--registry", registry.Directory, .. options]);
        start.Environment.Remove(ScopeId.Variable);
        start.Environment[name] = value;
        using var process = Process.Start(start)!;
        return process.Id;
    }
}
