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
/// <remarks>Link this file into another test project to use it there; the snapshot lies beside the test that calls.</remarks>
public static class ApiSnapshot
{
    public const string UpdateVariable = "TESTREAPER_UPDATE_SNAPSHOTS";

    /// <summary>Fails if the API is not the committed one; with <see cref="UpdateVariable"/> set to 1 it is written anew.</summary>
    /// <param name="assembly">The assembly whose API is a promise.</param>
    /// <param name="caller">Left to the compiler.</param>
    public static void Verify(Assembly assembly, [CallerFilePath] string caller = "")
    {
        var actual = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        Verify(actual, $"{assembly.GetName().Name}.txt", Path.GetDirectoryName(caller)!, Environment.GetEnvironmentVariable(UpdateVariable) == "1");
    }

    internal static void Verify(string actual, string name, string sourceDirectory, bool update)
    {
        var source = Path.Combine(sourceDirectory, name);
        if (update)
        {
            File.WriteAllText(source, actual);
            return;
        }

        // A deterministic build on another machine knows no source directory: then the copy beside the tests counts.
        var copy = Path.Combine(AppContext.BaseDirectory, "PublicApi", name);
        var path = File.Exists(source) ? source : copy;
        var expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (expected != actual)
        {
            Assert.Fail(
                $"The public API is not the committed one in PublicApi/{name}.\n{Difference(expected, actual)}" +
                $"If that is intended, write it anew with {UpdateVariable}=1 dotnet test, read the difference, and commit it with the change.");
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
