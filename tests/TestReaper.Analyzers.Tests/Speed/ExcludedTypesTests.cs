using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Tests.Robustness;
using TestReaper.Analyzers.Tests.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Speed;

/// <summary>
/// No analyzer asks for the operations of a type that the text excludes. If one did, the compiler would build every operation tree, and
/// its telemetry would not count that time.
/// </summary>
public sealed class ExcludedTypesTests
{
    [Theory]
    [InlineData("public class Orders { public int ProcessOrder() => 1; } public class Tests { [Fact] public void A() => new Orders(); }")]
    [InlineData(
        "public class Processor { void Skill() { } } public class Tests { readonly "
        + "Processor _p = new(); [Fact] public void A() { } }")]
    [InlineData("public class Tests { [Fact] public async Task A() { await Task.Delay(1); Console.WriteLine(\"process\"); } }")]
    public void The_operations_of_no_type_are_requested(string source) => Assert.Empty(FindRequested(source));

    [Theory]
    [InlineData("public class Tests { [Fact] public void A() { Process.Start(\"server\"); } } public class Other { void B() { } }")]
    [InlineData("public class Tests { readonly ProcessStartInfo _info = new(); [Fact] public void A() { } } public class Other;")]
    [InlineData("public abstract class S : ServerProcessFixture; public class Tests { readonly S _s; [Fact] public void A() { } }")]
    public void The_operations_of_the_matching_type_are_requested(string source) =>
        Assert.Equal(["Tests"], FindRequested(source).Except(["S"]));

    private static IEnumerable<string> FindRequested(string source)
    {
        var compilation = AllRules.Compile(Suite.XunitV2, source);
        return AllRules.Create()
            .Where(rule => rule is not DiagnosticSuppressor)
            .SelectMany(rule => RegistrationProbe.FindRequested(rule, compilation))
            .Distinct();
    }
}
