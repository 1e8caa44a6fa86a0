using System.ComponentModel;

namespace TestReaper.Xunit;

/// <summary>
/// A test that needs GPUs. The decision is made when it runs: the discovery may take place elsewhere, and must not wait for a driver.
/// </summary>
internal sealed class GpuTestCase : XunitTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the deserializer.")]
    public GpuTestCase()
    {
    }

    public GpuTestCase(
        IXunitTestMethod testMethod,
        string displayName,
        string uniqueId,
        bool isExplicit,
        Type[]? skipExceptions,
        string? skipReason,
        Type? skipType,
        string? skipUnless,
        string? skipWhen,
        Dictionary<string, HashSet<string>> traits,
        object?[]? arguments = null,
        string? sourceFilePath = null,
        int? sourceLineNumber = null,
        int? timeout = null)
        : base(
            testMethod, displayName, uniqueId, isExplicit, skipExceptions, skipReason, skipType, skipUnless, skipWhen, traits, arguments,
            sourceFilePath, sourceLineNumber, timeout)
    {
    }

    public override ValueTask<IReadOnlyCollection<IXunitTest>> CreateTests()
    {
        GpuSkips.ThrowIfUnavailable(this);
        return base.CreateTests();
    }
}

/// <summary>A theory that needs GPUs and whose data are not known before it runs.</summary>
internal sealed class GpuTheoryTestCase : XunitDelayEnumeratedTheoryTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the deserializer.")]
    public GpuTheoryTestCase()
    {
    }

    public GpuTheoryTestCase(
        IXunitTestMethod testMethod,
        string displayName,
        string uniqueId,
        bool isExplicit,
        bool skipWithoutData,
        Type[]? skipExceptions,
        string? skipReason,
        Type? skipType,
        string? skipUnless,
        string? skipWhen,
        Dictionary<string, HashSet<string>> traits,
        string? sourceFilePath,
        int? sourceLineNumber,
        int? timeout)
        : base(
            testMethod, displayName, uniqueId, isExplicit, skipWithoutData, skipExceptions, skipReason, skipType, skipUnless, skipWhen,
            traits, sourceFilePath, sourceLineNumber, timeout)
    {
    }

    public override ValueTask<IReadOnlyCollection<IXunitTest>> CreateTests()
    {
        GpuSkips.ThrowIfUnavailable(this);
        return base.CreateTests();
    }
}

file static class GpuSkips
{
    /// <summary>xUnit calls it before it creates the class, skips the test for the skip exception, and fails it for others.</summary>
    public static void ThrowIfUnavailable(XunitTestCase testCase)
    {
        var attribute = testCase.TestMethod.FactAttributes.OfType<IGpuTestAttribute>().First();
        if (attribute.FindSkipReason() is { } reason)
        {
            throw ServerProcessFixture.CreateSkipException(reason);
        }
    }
}
