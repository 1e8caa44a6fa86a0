using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>A start that the test expects to throw leaves no process.</summary>
public sealed class ExpectedFailureTests : KindTest
{
    [Theory]
    [InlineData("Assert.Throws<Win32Exception>(() => { Process.Start(\"none\"); });")]
    [InlineData("Assert.Throws<Win32Exception>(() => Process.Start(\"none\"));")]
    [InlineData("void Go() => Process.Start(\"none\"); Assert.ThrowsAny<Win32Exception>(Go);")]
    [InlineData("void Go() { var p = new Process(); p.StartInfo.FileName = \"none\"; p.Start(); } Assert.ThrowsAny<Exception>(Go);")]
    [InlineData("Action go = () => Process.Start(\"none\"); Assert.ThrowsAny<Exception>(go);")]
    [InlineData("Attempt(() => Process.Start(new ProcessStartInfo(\"none\")));")]
    [InlineData("var p = new Process { StartInfo = new ProcessStartInfo(\"none\") }; Attempt(() => p.Start());")]
    [InlineData("Attempt(() => { using var p = Process.Start(\"none\"); return p; });")]
    [InlineData("Fails(() => Process.Start(\"none\"));")]
    [InlineData("Fails(() => { var p = Process.Start(\"none\"); });")]
    [InlineData("Other.Swallow(() => Process.Start(\"none\"));")]
    [InlineData("try { Process.Start(\"none\"); } catch (Win32Exception) { }")]
    [InlineData(
        "try { using var p = Process.Start(\"none\"); Assert.Fail(\"started\"); } "
        + "catch (Win32Exception e) { Console.WriteLine(e); }")]
    [InlineData("try { var p = new Process(); p.StartInfo.FileName = \"none\"; p.Start(); } catch (Win32Exception) { }")]
    [InlineData("try { Process.Start(\"none\"); throw new Exception(); } catch (Exception e) when (e is Win32Exception) { }")]
    public Task An_expected_failure_is_clean(string statements) => IsCleanAsync(AddTest(statements));

    [Theory]
    [InlineData("try { Process.Start(\"server\"); Connect(); } catch (Win32Exception) { }")]
    [InlineData("try { var p = Process.Start(\"server\"); Console.WriteLine(p.Id); } catch (Win32Exception) { }")]
    [InlineData("try { Process.Start(\"server\"); } catch (Exception e) { Console.WriteLine(e); }")]
    [InlineData("try { Connect(); } catch (Win32Exception) { } Process.Start(\"server\");")]
    [InlineData("Run(() => Process.Start(\"server\"));")]
    [InlineData("Run(() => { var p = Process.Start(\"server\"); Console.WriteLine(p.Id); });")]
    public Task A_start_that_may_succeed_leaks(string statements) => LeaksAsync(AddTest(statements));

    [Fact]
    public Task The_attribute_of_mstest_expects_a_failure() => IsCleanAsync(
        """
        public class ExpectedExceptionAttribute(Type type) : Attribute { public Type Type => type; }
        [TestClass]
        public class Tests
        {
            [TestMethod, ExpectedException(typeof(Win32Exception))] public void A() { Process.Start("none"); }
        }
        """,
        Framework.MSTest);

    [Theory]
    [InlineData("Assert.True(p.HasExited);")]
    [InlineData("Assert.Equal(true, p.HasExited);")]
    [InlineData("Assert.That(p.HasExited, Is.True);")]
    [InlineData("Assert.That(p.HasExited, Is.EqualTo(true));")]
    [InlineData("Assert.That(p.HasExited);")]
    public Task An_asserted_exit_is_clean(string assert) => IsCleanAsync(
        $$"""public class Tests { [Test] public void A() { var p = Process.Start("server"); Console.WriteLine(); {{assert}} } }""",
        Framework.NUnit);

    [Theory]
    [InlineData("Assert.False(p.HasExited);")]
    [InlineData("Assert.Equal(false, p.HasExited);")]
    [InlineData("Assert.That(p.HasExited, Is.False);")]
    [InlineData("Assert.That(!p.HasExited, Is.True);")]
    [InlineData("Assert.That(p.HasExited, Is.EqualTo(false));")]
    public Task An_assert_that_it_runs_leaks(string assert) => LeaksAsync(
        $$"""public class Tests { [Test] public void A() { var p = Process.Start("server"); Console.WriteLine(); {{assert}} } }""",
        Framework.NUnit);

    private static string AddTest(string statements) => $$"""
        public class Tests
        {
            [Fact] public void A() { {{statements}} }
            static void Attempt(Func<object> call) { try { call(); } catch (Win32Exception) { } }
            static void Fails(Action call) => Assert.ThrowsAny<Exception>(call);
            static void Run(Action call) => call();
            static void Connect() { }
        }
        public static class Other { public static void Swallow(Func<Process> call) { try { call.Invoke(); } catch { } } }
        """;
}
