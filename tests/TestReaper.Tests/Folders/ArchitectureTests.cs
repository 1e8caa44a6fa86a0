using System.Runtime.InteropServices;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using Xunit;

namespace TestReaper.Tests.Folders;

/// <summary>The shape of src/TestReaper: which folder may use which, and where the operating system is known.</summary>
public sealed class ArchitectureTests
{
    // From the bottom upwards: each may use those before it.
    private static readonly string[] Layers =
    [
        "Secrets", "Platform", "Processes", "Gpu", "Watchdog", "CrashProtection", "Reaping", "Servers", "CrashRecovery", "Leaks",
        "Fixtures", "Extensibility",
    ];

    // Below Platform/Linux, from the bottom upwards. The files of the folder itself may use all of them.
    private static readonly string[] LinuxLayers = ["Native", "Files", "Procfs", "Wait", "Containers", "Sockets", "SharedMemory", "Launch"];

    [Fact(Timeout = 60_000)]
    public async Task Arrows_between_folders_point_down()
    {
        await Task.CompletedTask;
        var up = Arrow.Between(CoreTypes.All).Where(arrow => IsUp(Layers, arrow, depth: 0)).Select(arrow => arrow.Example);

        AssertNone(up);
    }

    [Fact(Timeout = 60_000)]
    public async Task Arrows_between_the_mechanisms_of_Linux_point_down()
    {
        await Task.CompletedTask;
        var up = Arrow.Between(CoreTypes.All)
            .Where(arrow => IsBelowLinux(arrow.From) && IsBelowLinux(arrow.To) && IsUp(LinuxLayers, arrow, depth: 2))
            .Select(arrow => arrow.Example);

        AssertNone(up);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_folder_has_its_place_in_the_order()
    {
        await Task.CompletedTask;
        var tops = CoreTypes.All.Select(type => type.Folder.Split('/')[0]).Distinct();
        var mechanisms = CoreTypes.All.Where(type => IsBelowLinux(type.Folder)).Select(type => type.Folder.Split('/')[2]).Distinct();

        AssertNone(tops.Except(Layers));
        AssertNone(mechanisms.Except(LinuxLayers));
    }

    [Fact(Timeout = 60_000)]
    public async Task Folders_beside_each_other_form_no_cycle()
    {
        await Task.CompletedTask;

        AssertNone(Arrow.OnCycles(Arrow.Between(CoreTypes.All)).Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Example}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_ProcessPlatform_names_a_system()
    {
        await Task.CompletedTask;
        var users = Arrow.Between(CoreTypes.All)
            .Where(arrow => IsOfASystem(arrow.To) && !IsOfASystem(arrow.From))
            .Where(arrow => !arrow.Example.StartsWith("TestReaper.Platform.ProcessPlatform ", StringComparison.Ordinal))
            .Select(arrow => arrow.Example);

        AssertNone(users);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_Platform_asks_which_system_this_is_or_calls_it()
    {
        await Task.CompletedTask;
        string[] asking = [typeof(OperatingSystem).FullName!, typeof(RuntimeInformation).FullName!, typeof(DllImportAttribute).FullName!];
        var askers = CoreTypes.All
            .Where(type => type.Folder.Split('/')[0] != "Platform")
            .Where(type => type.Type.Dependencies.Any(dependency => asking.Contains(dependency.Target.FullName)) || HasNativeMethod(type))
            .Select(type => type.Name);

        AssertNone(askers.Distinct());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_namespace_of_an_internal_type_is_its_folder_and_of_a_public_one_the_root()
    {
        await Task.CompletedTask;
        var misplaced = CoreTypes.All
            .Where(type => type.Type is { IsNested: false } && type.Type.Namespace.FullName != NamespaceOf(type))
            .Select(type => $"{type.Name} is in {type.Folder}, so its namespace is {NamespaceOf(type)}");

        AssertNone(misplaced);
    }

    // xunit's own message cuts long lists and lines.
    private static void AssertNone(IEnumerable<string> findings)
    {
        var found = string.Join(Environment.NewLine, findings.Distinct().Order());
        Assert.True(found.Length == 0, found);
    }

    private static string NamespaceOf(CoreType type) => type switch
    {
        { Folder: "Extensibility" } => "TestReaper.Extensibility",
        { Type.Visibility: Visibility.Public } => "TestReaper",
        _ => $"TestReaper.{type.Folder.Replace('/', '.')}",
    };

    private static bool IsUp(string[] layers, Arrow arrow, int depth) =>
        Array.IndexOf(layers, arrow.From.Split('/')[depth]) < Array.IndexOf(layers, arrow.To.Split('/')[depth]);

    private static bool IsOfASystem(string folder) => folder.StartsWith("Platform/", StringComparison.Ordinal);

    private static bool IsBelowLinux(string folder) => folder.StartsWith("Platform/Linux/", StringComparison.Ordinal);

    private static bool HasNativeMethod(CoreType type) =>
        typeof(ServerProcess).Assembly.GetType(type.Name)?.GetMethods((System.Reflection.BindingFlags)60)
            .Any(method => method.Attributes.HasFlag(System.Reflection.MethodAttributes.PinvokeImpl)) == true;
}
