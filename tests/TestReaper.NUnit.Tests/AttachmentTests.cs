using NUnit.Framework;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit.Tests;

/// <summary>The recording of processes that outlived their class belongs to the test that fails for them.</summary>
public sealed class AttachmentTests
{
    [Test]
    public void The_recording_of_a_leak_is_attached_to_the_failed_result()
    {
        var directory = Directory.CreateTempSubdirectory("testreaper-").FullName;
        string[] files = [Path.Combine(directory, "Class.stacks.txt"), Path.Combine(directory, "Class.stacks.7.dmp")];
        Array.ForEach(files, file => File.WriteAllText(file, ""));
        File.WriteAllText(Path.Combine(directory, "Other.stacks.8.dmp"), "");
        var leak = new ProcessLeakException("Class left 1 process running.", []) { StacksFile = files[0] };
        var gone = new ProcessLeakException("Class left 1 process running.", []) { StacksFile = files[0] + ".gone" };
        var current = TestExecutionContext.CurrentContext.CurrentResult;
        var result = current.Test is Test test ? test.MakeTestResult() : throw new InvalidOperationException("No test runs.");

        FailedResult.Fail(result, current.Test, [new Finding("[AssertReaped]", leak), new Finding("[AssertReaped]", gone)]);

        Assert.That(result.TestAttachments.Select(attachment => attachment.FilePath), Is.EqualTo(files));
        Assert.That(current.TestAttachments, Is.Empty);
        Assert.That(TestExecutionContext.CurrentContext.CurrentResult, Is.SameAs(current));
        Directory.Delete(directory, recursive: true);
    }
}
