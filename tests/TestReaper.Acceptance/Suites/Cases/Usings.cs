global using TestReaper;
#if NUNIT
global using NUnit.Framework;
global using TestReaper.NUnit;
global using FactAttribute = NUnit.Framework.TestAttribute;
#else
global using TestReaper.Xunit;
global using Xunit;
#if V3
global using LifetimeTask = System.Threading.Tasks.ValueTask;
#else
global using LifetimeTask = System.Threading.Tasks.Task;
#endif
#endif

internal static class Lifetime
{
#if V3
    public static ValueTask Done => default;
#else
    public static Task Done => Task.CompletedTask;
#endif
}
