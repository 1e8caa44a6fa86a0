using Xunit;

namespace TestReaper.Tests.Infrastructure;

/// <summary>
/// A process that no reap may touch. It is a child of the test host, in the host's session and group: as close to the reaped
/// tree as an unrelated process can be.
/// </summary>
public sealed class Bystander : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    private Bystander()
    {
    }

    public int Pid { get; private set; }

    public bool IsAlive => _registry.Alive().Any(process => process.Pid == Pid);

    /// <summary>Starts one and waits until it is alive.</summary>
    /// <param name="options">Further options of the test program.</param>
    public static async Task<Bystander> StartAsync(params string[] options)
    {
        var bystander = new Bystander();
        try
        {
            await bystander.RunAsync(options);
            return bystander;
        }
        catch
        {
            bystander.Dispose();
            throw;
        }
    }

    public void AssertAlive() => Assert.True(IsAlive, $"The bystander {Pid} has been killed.");

    public void Dispose() => _registry.Dispose();

    private async Task RunAsync(string[] options)
    {
        var start = TestProgram.StartInfo(["--registry", _registry.Directory, "--role", "bystander", .. options]);
        start.Environment.Remove("TESTREAPER_SCOPE");
        using var process = System.Diagnostics.Process.Start(start)!;
        Pid = process.Id;
        await _registry.WaitForAsync(1, "bystander");
    }
}
