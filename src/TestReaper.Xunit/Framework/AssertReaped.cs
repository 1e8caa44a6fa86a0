using System.Reflection;

#if NUNIT
namespace TestReaper.NUnit;
#else
namespace TestReaper.Xunit;
#endif

internal static class AssertReaped
{
    /// <summary>The attribute of a class, of one of its base classes, or of its assembly.</summary>
    public static AssertReapedAttribute? Rule(Type testClass) =>
        testClass.GetCustomAttribute<AssertReapedAttribute>(inherit: true) ?? testClass.Assembly.GetCustomAttribute<AssertReapedAttribute>();
}
