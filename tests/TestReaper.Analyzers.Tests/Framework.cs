namespace TestReaper.Analyzers.Tests;

/// <summary>The test frameworks that sources are written for.</summary>
public enum Framework
{
    /// <summary>xUnit v2.</summary>
    XunitV2,

    /// <summary>xUnit v3.</summary>
    XunitV3,

    /// <summary>NUnit.</summary>
    NUnit,

    /// <summary>MSTest.</summary>
    MSTest,

    /// <summary>TUnit.</summary>
    TUnit,

    /// <summary>No test framework.</summary>
    None,
}
