using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A damaged ledger causes no harm, and a valid one is swept.</summary>
[SupportedOSPlatform("linux")]
public sealed class LedgerFuzzTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly DirectoryInfo _ledgers = Directory.CreateDirectory(
        Path.Combine(Path.GetTempPath(), $"testreaper-fuzz-{Guid.NewGuid():N}"), OwnerOnly);
    private readonly ProcessRegistry _innocents = new();
    private readonly ProcessRegistry _left = new();
    private readonly int _seed = Random.Shared.Next();

    public void Dispose()
    {
        _ledgers.Delete(recursive: true);
        _innocents.Dispose();
        _left.Dispose();
    }

    [SkippableFact(Timeout = 60_000)]
    public Task Broken_in_a_few_ways() => FuzzAsync(300);

    [SkippableFact(Timeout = 600_000)]
    [Trait("Category", "Full")]
    public Task Broken_in_ten_thousand_ways() => FuzzAsync(10_000);

    private async Task FuzzAsync(int ways)
    {
        var random = new Random(_seed);
        var innocentScope = ScopeId.New();
        var innocents = await StartAsync(_innocents, innocentScope);
        var sweep = new Sweep(ProcessPlatform.Current, NullLogger.Instance, _ledgers.FullName);
        for (var way = 1; way <= ways; way++)
        {
            if (way % 100 == 0)
            {
                // Positive control: the ledgers are otherwise valid.
                var scope = ScopeId.New();
                var left = await StartAsync(_left, scope);
                Write(Valid(scope, left[0]));
                await sweep.RunAsync();
                _left.AssertNoneAlive();
            }
            else
            {
                Write(Mutate(Valid(ScopeId.New(), innocents[random.Next(innocents.Count)]), random));
                await sweep.RunAsync();
            }

            Assert.True(_innocents.Alive().Count == innocents.Count, $"seed {_seed}, way {way}: {Encoding.UTF8.GetString(_last)}");
        }
    }

    private byte[] _last = [];

    private void Write(byte[] content)
    {
        _last = content;
        foreach (var file in _ledgers.GetFiles())
        {
            file.Delete();
        }

        var path = Path.Combine(_ledgers.FullName, "4194000-1.ledger");
        File.WriteAllBytes(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static byte[] Valid(string scope, RegisteredProcess root)
    {
        var instance = ProcessPlatform.Current.Processes.Instance;
        return Encoding.UTF8.GetBytes($$"""
            {"pid":4194000,"startTime":1,"boot":"{{instance.Boot}}","pidNamespace":"{{instance.PidNamespace}}"}
            {"scope":"{{scope}}","container":"/sys/fs/cgroup","command":"zoo plain"}
            {"scope":"{{scope}}","pid":{{root.Pid}},"startTime":{{root.StartTime}}}

            """);
    }

    private static byte[] Mutate(byte[] ledger, Random random)
    {
        var bytes = ledger.ToList();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at));
                    bytes.Add((byte)'\n');
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count)).Take(random.Next(40)).ToList());
                    break;
                case 3:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(random.Next(3) switch { 0 => "null", 1 => "-1", _ => "\"/\"" }));
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task<IReadOnlyList<RegisteredProcess>> StartAsync(ProcessRegistry registry, string scope)
    {
        var start = new ProcessStartInfo(ZooProgram.Require(), ["plain", "."]) { WorkingDirectory = registry.Directory };
        start.Environment["TESTREAPER_SCOPE"] = scope;
        Process.Start(start)!.Dispose();
        return await registry.WaitForAsync(2);
    }
}
