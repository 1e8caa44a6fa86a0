using System.ComponentModel;

namespace TestReaper.Xunit;

/// <summary>
/// A test that needs GPUs. The decision is made when it runs: the discovery may take place elsewhere, and must not wait for a driver.
/// </summary>
internal sealed class GpuTestCase : SkippableFactTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the deserializer.")]
    public GpuTestCase()
    {
    }

    public GpuTestCase(
        IMessageSink diagnostics, ITestFrameworkDiscoveryOptions options, ITestMethod testMethod, object[]? testMethodArguments)
        : base(
            GpuSkips.Exceptions, diagnostics, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), testMethod,
            testMethodArguments)
    {
    }

    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
    {
        SkipReason ??= GpuSkips.Find(this, aggregator);
        return base.RunAsync(diagnosticMessageSink, messageBus, constructorArguments, aggregator, cancellationTokenSource);
    }
}

/// <summary>A theory that needs GPUs and whose data are not known before it runs.</summary>
internal sealed class GpuTheoryTestCase : SkippableTheoryTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the deserializer.")]
    public GpuTheoryTestCase()
    {
    }

    public GpuTheoryTestCase(IMessageSink diagnostics, ITestFrameworkDiscoveryOptions options, ITestMethod testMethod)
        : base(
            GpuSkips.Exceptions, diagnostics, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), testMethod)
    {
    }

    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
    {
        SkipReason ??= GpuSkips.Find(this, aggregator);
        return base.RunAsync(diagnosticMessageSink, messageBus, constructorArguments, aggregator, cancellationTokenSource);
    }
}

file static class GpuSkips
{
    /// <summary>With these the test itself can skip, for example because of its fixture.</summary>
    public static string[] Exceptions { get; } = [typeof(SkipException).FullName!];

    /// <summary>Null if the test can run. An error of the attribute fails the test, whose body does not run then.</summary>
    public static string? Find(IXunitTestCase testCase, ExceptionAggregator aggregator)
    {
        var attribute = testCase.TestMethod.Method
            .GetCustomAttributes(typeof(FactAttribute))
            .OfType<IReflectionAttributeInfo>()
            .Select(info => info.Attribute)
            .OfType<IGpuTestAttribute>()
            .First();
        string? reason = null;
        aggregator.Run(() => reason = attribute.FindSkipReason());
        return reason;
    }
}
