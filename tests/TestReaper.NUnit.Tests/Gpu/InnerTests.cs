using NUnit.Framework;
using TestReaper.Extensibility;

namespace TestReaper.NUnit.Tests.Gpu;

/// <summary>What the classes of inner runs did, and the server of their fixtures.</summary>
internal static class InnerState
{
    public static List<string> Ran { get; } = [];

    public static ServerProcessOptions Options { get; set; } = null!;
}

/// <summary>
/// A class for an inner run, which runs a subclass. These classes are abstract, so that an ordinary run does not run them.
/// </summary>
public abstract class InnerMethodTests
{
    [SetUp]
    public void SetUp() => InnerState.Ran.Add("set-up");

    [Test]
    [RequiresGpu]
    public void Any() => InnerState.Ran.Add(nameof(Any));

    [Test]
    [RequiresGpu(Count = 2)]
    public void Two() => InnerState.Ran.Add(nameof(Two));

    [Test]
    [RequiresGpu(MinMemory = 100L << 30)]
    public void Memory() => InnerState.Ran.Add(nameof(Memory));

    [Test]
    [RequiresGpu(Vendor = GpuVendor.Intel)]
    public void Vendor() => InnerState.Ran.Add(nameof(Vendor));

    [Test]
    [RequiresGpu(MinComputeCapability = "8.0")]
    public void Capability() => InnerState.Ran.Add(nameof(Capability));

    [TestCase("a")]
    [TestCase("b")]
    [RequiresGpu(Count = 2)]
    public void TwoRows(string row) => InnerState.Ran.Add(nameof(TwoRows) + row);

    [TestCase("a")]
    [TestCase("b")]
    [RequiresGpu]
    public void Rows(string row) => InnerState.Ran.Add(nameof(Rows) + row);

    [Test]
    [RequiresGpu(MinComputeCapability = "abc")]
    public void Wrong() => InnerState.Ran.Add(nameof(Wrong));

    [Test]
    public void Other() => InnerState.Ran.Add(nameof(Other));
}

[RequiresGpu(Count = 2)]
public abstract class InnerClassTests : ServerProcessFixture
{
    protected InnerClassTests() => InnerState.Ran.Add("constructor");

    [OneTimeSetUp]
    public void SetUpClass() => InnerState.Ran.Add("one-time set-up");

    [Test]
    public void One() => InnerState.Ran.Add($"server {Server.ProcessId > 0}");

    [TestCase("a")]
    public void Row(string row) => InnerState.Ran.Add($"{row} {Server.ProcessId > 0}");

    protected override ServerProcessOptions CreateOptions()
    {
        InnerState.Ran.Add("options");
        return InnerState.Options;
    }
}

[RequiresGpu(Count = 0)]
public abstract class InnerWrongClassTests
{
    [Test]
    public void One() => InnerState.Ran.Add(nameof(One));
}

/// <summary>A fixture that decides by itself.</summary>
public abstract class InnerSkipReasonTests : ServerProcessFixture
{
    [Test]
    public void One() => Assert.That(Server.ProcessId, Is.Positive);

    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        SkipReason = GpuSupport.FindSkipReason(count: 2);
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions() => throw new InvalidOperationException("a skipped fixture has no options");
}
