using System.Reflection;
using Xunit;

namespace TestReaper.Xunit;

internal static class TestClasses
{
    public static bool HasTests(Type type) =>
        type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public).Any(method => method.IsDefined(typeof(FactAttribute), inherit: true));
}
