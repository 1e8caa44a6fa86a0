using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>Adds the death of a server to the message and the output of each failed test that it has caused.</summary>
internal sealed class ExplainingMessageBus(IMessageBus inner, ProcessOwner owner) : IMessageBus
{
    public bool QueueMessage(IMessageSinkMessage message) => inner.QueueMessage(message is ITestFailed failed ? Explain(failed) : message);

    // The bus belongs to the run.
    public void Dispose()
    {
    }

    private ITestFailed Explain(ITestFailed failed)
    {
        if (failed.Messages.Length == 0
            || ServerDeaths.Explain(owner, string.Join('\n', failed.ExceptionTypes.Concat(failed.Messages))) is not { } death)
        {
            return failed;
        }

        return new TestFailed
        {
            AssemblyUniqueID = failed.AssemblyUniqueID,
            TestCollectionUniqueID = failed.TestCollectionUniqueID,
            TestClassUniqueID = failed.TestClassUniqueID,
            TestMethodUniqueID = failed.TestMethodUniqueID,
            TestCaseUniqueID = failed.TestCaseUniqueID,
            TestUniqueID = failed.TestUniqueID,
            Cause = failed.Cause,
            ExceptionParentIndices = failed.ExceptionParentIndices,
            ExceptionTypes = failed.ExceptionTypes,
            ExecutionTime = failed.ExecutionTime,
            FinishTime = failed.FinishTime,
            Messages = [$"{failed.Messages[0]}{Environment.NewLine}{death}", .. failed.Messages.Skip(1)],
            Output = $"{failed.Output}{death}{Environment.NewLine}",
            StackTraces = failed.StackTraces,
            Warnings = failed.Warnings,
        };
    }
}
