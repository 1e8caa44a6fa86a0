using System.Reflection;
using System.Reflection.Emit;
using NUnit.Framework;
using TestReaper.Gpu;
using TestReaper.Gpu.Skips;
using TestReaper.Tests.Gpu;

namespace TestReaper.NUnit.Tests.Gpu;

/// <summary>[RequiresGpu] on methods, classes and assemblies, run by the real NUnit on machines with stand-in drivers.</summary>
public sealed class RequiresGpuTests : FixtureTest
{
    private const string Found = "AMD Stand-in Instinct (64.0 GiB)";

    [SetUp]
    public void Clear()
    {
        InnerState.Ran.Clear();
        InnerState.Options = Server();
    }

    [Test]
    [CancelAfter(60_000)]
    public void Without_a_driver_the_tests_are_skipped_with_the_reason()
    {
        using var machine = new AmdCards(0);

        var results = Run(machine.CreateMonitor(), typeof(InnerMethodTests));

        Assert.That(results, Does.Contain("Skipped Any: needs a GPU; found no GPU driver"));
        Assert.That(results, Does.Contain("Skipped Rows(\"a\"): OneTimeSetUp: needs a GPU; found no GPU driver"));
        Assert.That(InnerState.Ran, Is.EqualTo(["set-up", "Other"]));
    }

    [Test]
    [CancelAfter(60_000)]
    public void Tests_run_whose_GPUs_are_there_and_others_say_what_was_found()
    {
        using var machine = new AmdCards(1);

        var results = Run(machine.CreateMonitor(), typeof(InnerMethodTests));

        Assert.That(results, Does.Contain("Passed Any").And.Contain("Passed Rows(\"a\")").And.Contain("Passed Rows(\"b\")"));
        Assert.That(results, Does.Contain($"Skipped Two: needs 2 GPUs; found 1: {Found}"));
        Assert.That(results, Does.Contain($"Skipped TwoRows(\"b\"): OneTimeSetUp: needs 2 GPUs; found 1: {Found}"));
        Assert.That(results, Does.Contain($"Skipped Memory: needs a GPU with at least 100.0 GiB of memory; found 1: {Found}"));
        Assert.That(results, Does.Contain($"Skipped Vendor: needs an Intel GPU; found 1: {Found}"));
        Assert.That(results, Does.Contain($"Skipped Capability: needs a GPU with at least compute capability 8.0; found 1: {Found}"));
        Assert.That(InnerState.Ran.Where(ran => ran != "set-up"), Is.EquivalentTo(["Any", "Other", "Rowsa", "Rowsb"]));
    }

    [Test]
    [CancelAfter(60_000)]
    public void A_wrong_value_fails_the_tests_and_says_how_to_write_it()
    {
        using var machine = new AmdCards(1);

        var methods = Run(machine.CreateMonitor(), typeof(InnerMethodTests))
            .Single(result => result.Contains(" Wrong", StringComparison.Ordinal));
        var classes = Run(machine.CreateMonitor(), typeof(InnerWrongClassTests)).Single();

        Assert.That(methods, Does.StartWith("Failed ").And.Contain("MinComputeCapability is \"abc\". Write it as major and minor version"));
        Assert.That(classes, Does.StartWith("Failed ").And.Contain("Count is 0. Set it to the number of GPUs"));
        Assert.That(InnerState.Ran, Does.Not.Contain("Wrong").And.Not.Contain("One"));
    }

    [Test]
    [CancelAfter(60_000)]
    public void A_class_is_skipped_before_it_is_constructed_and_its_server_started()
    {
        using var machine = new AmdCards(1);

        var results = Run(machine.CreateMonitor(), typeof(InnerClassTests));

        Assert.That(results, Has.Count.EqualTo(2).And.All.StartsWith("Skipped ").And.All.EndsWith($"needs 2 GPUs; found 1: {Found}"));
        Assert.That(InnerState.Ran, Is.Empty);
    }

    [Test]
    [CancelAfter(60_000)]
    public void The_same_class_starts_its_server_where_the_GPUs_are()
    {
        using var machine = new AmdCards(2);

        var results = Run(machine.CreateMonitor(), typeof(InnerClassTests));

        Assert.That(results, Is.EqualTo(["Passed One", "Passed Row(\"a\")"]));
        Assert.That(InnerState.Ran.Order(), Is.EqualTo(["a True", "constructor", "one-time set-up", "options", "server True"]));
    }

    [Test]
    [CancelAfter(60_000)]
    public void A_fixture_can_decide_by_itself()
    {
        using var machine = new AmdCards(0);

        var results = Run(machine.CreateMonitor(), typeof(InnerSkipReasonTests));

        Assert.That(results, Is.EqualTo(["Skipped One: needs 2 GPUs; found no GPU driver"]));
    }

    [Test]
    [CancelAfter(60_000)]
    public void A_driver_that_hangs_skips_the_tests_after_its_limit()
    {
        using var machine = new AmdCards(2);
        machine.Hang();
        var monitor = machine.CreateMonitor();
        GpuInventory.Get(monitor, TimeSpan.FromMilliseconds(500));

        var results = Run(monitor, typeof(InnerClassTests));

        Assert.That(results, Has.Count.EqualTo(2).And.All.Contains("no GPU could be read: The GPU drivers gave no answer within 0.5 s."));
        Assert.That(InnerState.Ran, Is.Empty);
    }

    [TestCase(1, "Skipped ")]
    [TestCase(2, "Passed ")]
    [CancelAfter(60_000)]
    public void An_assembly_can_need_GPUs(int cards, string result)
    {
        using var machine = new AmdCards(cards);
        GpuMonitor.Current = machine.CreateMonitor();

        Assert.That(InnerRun.Of(BuildAssemblyThatNeedsTwo()), Has.Count.EqualTo(1).And.All.StartsWith(result));
    }

    private static IReadOnlyList<string> Run(GpuMonitor monitor, Type type)
    {
        GpuMonitor.Current = monitor;
        return InnerRun.Of(type);
    }

    /// <summary>[assembly: RequiresGpu(Count = 2)] public class Tests { [Test] public void One() { } }</summary>
    private static AssemblyBuilder BuildAssemblyThatNeedsTwo()
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Dynamic"), AssemblyBuilderAccess.Run);
        assembly.SetCustomAttribute(new CustomAttributeBuilder(
            typeof(RequiresGpuAttribute).GetConstructor([])!, [], [typeof(RequiresGpuAttribute).GetProperty("Count")!], [2]));
        var type = assembly.DefineDynamicModule("Dynamic").DefineType("Tests", TypeAttributes.Public);
        var method = type.DefineMethod("One", MethodAttributes.Public, typeof(void), []);
        method.SetCustomAttribute(new CustomAttributeBuilder(typeof(TestAttribute).GetConstructor([])!, []));
        method.GetILGenerator().Emit(OpCodes.Ret);
        type.CreateType();
        return assembly;
    }
}
