using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>Turns a result into an error without losing what it said before.</summary>
internal static class FailedResult
{
    public static void Fail(ITestResult result, ITest suite, IEnumerable<Exception> findings)
    {
        if (result is TestResult writable)
        {
            var what = string.Join(Environment.NewLine + Environment.NewLine, findings.Select(finding => $"{suite.FullName} [{Name(finding)}]: {finding.Message}"));
            var before = writable.ResultState.Status == TestStatus.Failed ? writable.Message : null;
            writable.SetResult(ResultState.Error, string.IsNullOrEmpty(before) ? what : $"{before}{Environment.NewLine}{what}", writable.StackTrace);
        }
    }

    private static string Name(Exception finding) => finding is ProcessLeakException or ArgumentException ? "AssertReaped" : nameof(ServerProcessFixture);
}
