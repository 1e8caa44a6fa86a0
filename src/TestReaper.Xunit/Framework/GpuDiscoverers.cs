namespace TestReaper.Xunit;

/// <summary>Creates the test cases of <see cref="GpuFactAttribute"/>.</summary>
internal sealed class GpuFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new GpuTestCase(DiagnosticMessageSink, discoveryOptions, testMethod, null);
}

/// <summary>Creates the test cases of <see cref="GpuTheoryAttribute"/>.</summary>
internal sealed class GpuTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute, object[] dataRow) =>
        [new GpuTestCase(DiagnosticMessageSink, discoveryOptions, testMethod, dataRow)];

    protected override IEnumerable<IXunitTestCase> CreateTestCasesForTheory(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        [new GpuTheoryTestCase(DiagnosticMessageSink, discoveryOptions, testMethod)];
}
