using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TestReaper.Extensibility;

namespace TestReaper.NUnit;

/// <summary>Turns the result of a test or suite into an error, and keeps an earlier failure message.</summary>
internal static class FailedResult
{
    /// <summary>Adds the death of a server to the result of a failed test that it has caused.</summary>
    public static void Explain(ITestResult result)
    {
        if (result is TestResult writable && writable.ResultState.Status == TestStatus.Failed
            && ServerDeaths.Explain(
                SuiteOwners.FindSuite(result.Test) is { } suite ? SuiteOwners.Get(suite) : null, writable.Message) is { } death)
        {
            writable.OutWriter.WriteLine(death);
            writable.SetResult(writable.ResultState, $"{writable.Message}{Environment.NewLine}{death}", writable.StackTrace);
        }
    }

    public static void Fail(ITestResult result, ITest suite, IEnumerable<Finding> findings)
    {
        if (result is TestResult writable)
        {
            var message = string.Join(
                Environment.NewLine + Environment.NewLine,
                findings.Select(finding => $"{suite.FullName} {finding.Label}: {finding.Error.Message}"));
            var before = writable.ResultState.Status == TestStatus.Failed ? writable.Message : null;
            writable.SetResult(
                ResultState.Error,
                string.IsNullOrEmpty(before) ? message : $"{before}{Environment.NewLine}{message}",
                writable.StackTrace);
            Attach(writable, findings.Select(finding => finding.Error).OfType<ProcessLeakException>());
        }
    }

    // NUnit attaches to the result of the current context.
    private static void Attach(TestResult result, IEnumerable<ProcessLeakException> leaks)
    {
        using var isolated = new TestExecutionContext.IsolatedContext();
        TestExecutionContext.CurrentContext.CurrentResult = result;
        foreach (var file in leaks.SelectMany(leak => leak.Recordings))
        {
            TestContext.AddTestAttachment(file, "What the processes did before they were killed");
        }
    }
}

/// <summary>A failure that belongs to a suite and not to one of its tests.</summary>
/// <param name="Label">What reported it, such as "[AssertReaped]".</param>
/// <param name="Error">The failure.</param>
internal sealed record Finding(string Label, Exception Error);
