using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace TestReaper.Tests.Folders;

/// <summary>
/// The types of the core, each with the folder of its source file. ArchUnitNET reads the compiled assembly and knows which type uses which;
/// the folders come from the sources, since public types share the namespace TestReaper wherever they are.
/// </summary>
internal static partial class CoreTypes
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> FolderByName = new(() => ReadFolders(SourceRoot()));
    private static readonly Lazy<IReadOnlyList<CoreType>> Types = new(Load);

    public static IReadOnlyList<CoreType> All => Types.Value;

    /// <summary>The folders of <paramref name="sources"/>, by the full names of the types that are declared there.</summary>
    public static IReadOnlyDictionary<string, string> ReadFolders(string sources)
    {
        var folders = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
        {
            var folder = Path.GetRelativePath(sources, Path.GetDirectoryName(file)!).Replace('\\', '/');
            var text = File.ReadAllText(file);
            if (folder.Split('/')[0] is "bin" or "obj" || Namespace().Match(text) is not { Success: true } found)
            {
                continue;
            }

            foreach (Match declaration in Declaration().Matches(text))
            {
                folders.TryAdd($"{found.Groups[1].Value}.{declaration.Groups[1].Value}", folder);
            }
        }

        return folders;
    }

    private static List<CoreType> Load()
    {
        var architecture = new ArchLoader().LoadAssemblies(typeof(ServerProcess).Assembly).Build();
        return
        [
            .. from type in architecture.Types
               let folder = FolderOf(type)
               where folder is not null
               select new CoreType(Outermost(type), folder, type),
        ];
    }

    /// <summary>Null for a type of another assembly, and for one that the compiler makes.</summary>
    public static string? FolderOf(IType type) => FolderByName.Value.GetValueOrDefault(Outermost(type));

    // A nested type, and what the compiler makes of lambdas and iterators, belongs to the type around it.
    private static string Outermost(IType type) => Suffix().Replace(type.FullName, "");

    private static string SourceRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../src/TestReaper"));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:public |internal )(?:(?:static|sealed|abstract|partial|readonly|unsafe|ref) )*"
        + @"(?:class|record struct|record class|record|struct|interface|enum|delegate [\w<>?]+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("[`/+<].*$")]
    private static partial Regex Suffix();
}

/// <param name="Name">The full name of the outermost type.</param>
/// <param name="Folder">The folder of its source, relative to src/TestReaper.</param>
/// <param name="Type">What ArchUnitNET knows of it.</param>
internal sealed record CoreType(string Name, string Folder, IType Type)
{
    /// <summary>The types of the core that it uses, each with its folder.</summary>
    public IEnumerable<(string Name, string Folder)> Uses() =>
        from target in Type.Dependencies.Select(dependency => dependency.Target).Distinct()
        let folder = CoreTypes.FolderOf(target)
        where folder is not null
        select (target.FullName, folder);
}
