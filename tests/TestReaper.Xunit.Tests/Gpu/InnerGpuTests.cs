// For inner runs only: an ordinary run must not find these classes.
#pragma warning disable xUnit1000 // Test classes must be public
#pragma warning disable CA1812 // xUnit creates the instances

using TestReaper.Extensibility;
using Xunit;

namespace TestReaper.Xunit.Tests.Gpu;

/// <summary>Which inner tests, constructors and servers ran. It is static, because xUnit creates the classes.</summary>
internal static class InnerGpuState
{
    private static readonly List<string> Ran = [];

    public static ServerProcessOptions Options { get; private set; } = null!;

    public static void Arrange(ServerProcessOptions options)
    {
        Options = options;
        Ran.Clear();
    }

    public static void Add(string name)
    {
        lock (Ran)
        {
            Ran.Add(name);
        }
    }

    /// <summary>In alphabetical order.</summary>
    public static string[] Take()
    {
        lock (Ran)
        {
            return [.. Ran.Order(StringComparer.Ordinal)];
        }
    }
}

internal sealed class InnerGpuTests
{
    public static IEnumerable<object[]> Data => [["a"], ["b"]];

    // Not serializable, so that the data are enumerated when the theory runs.
    public static IEnumerable<object[]> LateData => [[new Late("c")], [new Late("d")]];

    [GpuFact]
    public void Any() => InnerGpuState.Add(nameof(Any));

    [GpuFact(Count = 2)]
    public void Two() => InnerGpuState.Add(nameof(Two));

    [GpuFact(MinMemory = 100L << 30)]
    public void Memory() => InnerGpuState.Add(nameof(Memory));

    [GpuFact(Vendor = GpuVendor.Intel)]
    public void Vendor() => InnerGpuState.Add(nameof(Vendor));

    [GpuFact(Vendor = GpuVendor.Amd, MinMemory = 64L << 30)]
    public void Amd() => InnerGpuState.Add(nameof(Amd));

    [GpuFact(MinComputeCapability = "8.0")]
    public void Capability() => InnerGpuState.Add(nameof(Capability));

    [GpuTheory]
    [MemberData(nameof(Data))]
    public void Rows(string row) => InnerGpuState.Add(nameof(Rows) + row);

    [GpuTheory]
    [MemberData(nameof(LateData))]
    public void LateRows(Late row) => InnerGpuState.Add(nameof(LateRows) + row);

    [GpuTheory(Count = 2)]
    [MemberData(nameof(Data))]
    public void TwoRows(string row) => InnerGpuState.Add(nameof(TwoRows) + row);

    [Fact]
    public void Other() => InnerGpuState.Add(nameof(Other));

    internal sealed class Late(string name)
    {
        public override string ToString() => name;
    }
}

internal sealed class InnerWrongValueTests
{
    [GpuFact(MinComputeCapability = "abc")]
    public void Capability() => InnerGpuState.Add(nameof(Capability));

    [GpuFact(Count = 0)]
    public void None() => InnerGpuState.Add(nameof(None));

    [GpuTheory(MinMemory = -1)]
    [MemberData(nameof(InnerGpuTests.LateData), MemberType = typeof(InnerGpuTests))]
    public void LateRows(InnerGpuTests.Late row) => InnerGpuState.Add(nameof(LateRows) + row);
}

/// <summary>A fixture that starts no server for tests that are skipped.</summary>
public sealed class InnerGpuFixture : ServerProcessFixture
{
    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        SkipReason = GpuSupport.FindSkipReason(count: 2);
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions()
    {
        InnerGpuState.Add("options");
        return InnerGpuState.Options;
    }
}

internal sealed class InnerGpuFixtureTests : IClassFixture<InnerGpuFixture>
{
    private readonly InnerGpuFixture _fixture;

    public InnerGpuFixtureTests(InnerGpuFixture fixture)
    {
        _fixture = fixture;
        InnerGpuState.Add("constructor");
    }

    [GpuFact(Count = 2)]
    public void Two() => InnerGpuState.Add($"server {_fixture.Server.ProcessId > 0}");

    /// <summary>The fixture needs more than the test, and skips it.</summary>
    [GpuFact]
    public void One() => InnerGpuState.Add($"server {_fixture.Server.ProcessId > 0}");
}
