using System.Reflection;
using System.Runtime.CompilerServices;
using PublicApiGenerator;
#if NUNIT
using NUnit.Framework;
#else
using Xunit;
#endif

namespace TestReaper.Tests.PublicApi;

/// <summary>Compares the public API of an assembly with the text file beside the calling test.</summary>
/// <remarks>Link this file into another test project to use it there. The snapshot is in the directory of the calling test.</remarks>
public static class ApiSnapshot
{
    public const string UpdateVariable = "TESTREAPER_UPDATE_SNAPSHOTS";

    /// <summary>Fails if the API differs from the snapshot. <see cref="UpdateVariable"/>=1 writes the snapshot instead.</summary>
    /// <param name="assembly">The assembly whose API is compared.</param>
    /// <param name="caller">Filled in by the compiler.</param>
    public static void Verify(Assembly assembly, [CallerFilePath] string caller = "")
    {
        var api = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false });
        var actual = api.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var update = Environment.GetEnvironmentVariable(UpdateVariable) == "1";
        Verify(actual, $"{assembly.GetName().Name}.txt", Path.GetDirectoryName(caller)!, update);
    }

    internal static void Verify(string actual, string name, string sourceDirectory, bool update)
    {
        var source = Path.Combine(sourceDirectory, name);
        if (update)
        {
            File.WriteAllText(source, actual);
            return;
        }

        // A deterministic build replaces the source path. Then the copy beside the test assembly is used.
        var copy = Path.Combine(AppContext.BaseDirectory, "PublicApi", name);
        var path = File.Exists(source) ? source : copy;
        var expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (expected != actual)
        {
            Assert.Fail(
                $"The public API differs from the snapshot PublicApi/{name}.\n{Difference(expected, actual)}" +
                $"If the change is intended, update the snapshot with {UpdateVariable}=1 dotnet test, and review and commit it.");
        }
    }

    private static string Difference(string expected, string actual)
    {
        var before = expected.Split('\n');
        var after = actual.Split('\n');
        var removed = before.Except(after).Select(line => $"- {line}\n");
        var added = after.Except(before).Select(line => $"+ {line}\n");
        var lines = removed.Concat(added).ToArray();
        return lines.Length == 0 ? "The lines are the same, in another order or number.\n" : string.Concat(lines.Take(40));
    }
}
