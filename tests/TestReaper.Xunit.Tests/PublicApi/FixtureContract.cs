using System.Diagnostics;
#if NUNIT
using TestReaper.NUnit;
#else
using TestReaper.Xunit;
#endif

namespace TestReaper.Tests.PublicApi;

/// <summary>
/// Uses every public name of the adapters that tests outside of this repository compile against, with the types that they assume. The
/// test is that this compiles with each framework.
/// </summary>
[AssertReaped(timeout: 30, Exclusive = false, Ignore = ["sleep"])]
public sealed class FixtureContract : ServerProcessFixture
{
    public static async Task UseAsync(FixtureContract fixture, TestOutput output)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        ServerProcess server = fixture.Server;
        Uri address = fixture.BaseAddress;
        string? reason = fixture.SkipReason;
        server = await fixture.RestartAsync(CancellationToken.None);
        server = await fixture.RestartAsync();
        using IDisposable link = fixture.WriteLogTo(output);
        _ = (server, address, reason);
    }

    /// <summary>The defaults of the attribute.</summary>
    public static (int Timeout, bool Exclusive, string[] Ignore) Defaults()
    {
        var attribute = new AssertReapedAttribute();
        return (attribute.Timeout, attribute.Exclusive, attribute.Ignore);
    }

    public static AttributeUsageAttribute Usage() =>
        (AttributeUsageAttribute)Attribute.GetCustomAttribute(typeof(AssertReapedAttribute), typeof(AttributeUsageAttribute))!;

    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        SkipReason = "never started";
        return base.OnStartingAsync(cancellationToken);
    }

    protected override ServerProcessOptions CreateOptions() => new() { FileName = "server" };

    protected override async Task OnReadyAsync(CancellationToken cancellationToken)
    {
        using Process started = Start(new ProcessStartInfo("sleep", "1"));
        using Process tracked = Track(started);
        ServerProcess further = await StartServerAsync(CreateOptions(), cancellationToken);
        _ = further;
        await base.OnReadyAsync(cancellationToken);
    }

    protected override Task OnStoppingAsync(CancellationToken cancellationToken) => base.OnStoppingAsync(cancellationToken);
}
