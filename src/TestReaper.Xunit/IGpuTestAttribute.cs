namespace TestReaper.Xunit;

/// <summary>What the test cases of GPU tests ask of the attribute when they run.</summary>
internal interface IGpuTestAttribute
{
    /// <summary>Null if the test can run here.</summary>
    /// <exception cref="ArgumentException">A property of the attribute is out of its range.</exception>
    string? FindSkipReason();
}
