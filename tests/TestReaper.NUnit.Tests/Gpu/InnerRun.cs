using System.Reflection;
using System.Reflection.Emit;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;
using NUnit.Framework.Internal.Execution;

namespace TestReaper.NUnit.Tests.Gpu;

/// <summary>Runs tests with the real NUnit inside a test.</summary>
internal static class InnerRun
{
    /// <summary>Runs the tests of a subclass of an abstract class.</summary>
    /// <returns>A line for each test: <c>Passed NAME</c>, <c>Skipped NAME: MESSAGE</c>, <c>Failed NAME: MESSAGE</c>.</returns>
    public static IReadOnlyList<string> Of(Type type)
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Dynamic"), AssemblyBuilderAccess.Run);
        return Of(Build(module.DefineDynamicModule("Dynamic").DefineType(type.Name, TypeAttributes.Public, type).CreateType()));
    }

    /// <summary>Runs the tests of an assembly with one class.</summary>
    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        var suite = new TestAssembly(assembly, "Dynamic");
        suite.Add(Build(assembly.GetTypes().Single()));
        return Of(suite);
    }

    private static TestSuite Build(Type type) => new DefaultSuiteBuilder().BuildFrom(new TypeWrapper(type));

    private static IReadOnlyList<string> Of(TestSuite suite)
    {
        // On a thread of its own, so that the context of the outer test stays as it is.
        WorkItem work = null!;
        var thread = new Thread(() =>
        {
            work = WorkItemBuilder.CreateWorkItem(suite, TestFilter.Empty, recursive: true)!;
            work.InitializeContext(new TestExecutionContext { Dispatcher = new SameThread() });
            work.Execute();
        });
        thread.Start();
        thread.Join();
        Assert.That(work.State, Is.EqualTo(WorkItemState.Complete));
        return [.. Tests(work.Result).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Tests(ITestResult result) => result.Test.IsSuite
        ? result.Children.SelectMany(Tests)
        : [$"{result.ResultState.Status} {result.Name}{(result.Message is { Length: > 0 } message ? ": " + message : "")}"];

    private sealed class SameThread : IWorkItemDispatcher
    {
        public int LevelOfParallelism => 0;

        public void Start(WorkItem topLevelWorkItem) => topLevelWorkItem.Execute();

        public void Dispatch(WorkItem work) => work.Execute();

        public void CancelRun(bool force) => throw new NotSupportedException();
    }
}
