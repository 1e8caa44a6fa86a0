using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TestReaper.Tests;

/// <summary>Keeps the reflection objects of tests and of attributes, and the code that the runtime emits to invoke them.</summary>
/// <remarks>Wine cannot remove such code: the runtime ends the process when a finalizer tries to.</remarks>
internal static class LastingReflection
{
    private static readonly ConcurrentQueue<MethodBase[]> Kept = [];

    [ModuleInitializer]
    internal static void Keep()
    {
        if (OperatingSystem.IsWindows())
        {
            AppDomain.CurrentDomain.AssemblyLoad += static (_, loaded) => KeepMethodsOf(loaded.LoadedAssembly);
            Array.ForEach(AppDomain.CurrentDomain.GetAssemblies(), KeepMethodsOf);
        }
    }

    private static void KeepMethodsOf(Assembly assembly)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        var isOurs = assembly.GetName().Name is { } name
            && (name.StartsWith("TestReaper", StringComparison.Ordinal) || name.StartsWith("xunit", StringComparison.Ordinal));
        Kept.Enqueue([.. assembly.GetTypes()
            .Where(type => isOurs || type.IsSubclassOf(typeof(Attribute)))
            .SelectMany(static type => type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All)))]);
    }
}
