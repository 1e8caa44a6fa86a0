namespace TestReaper.Acceptance;

/// <summary>A test framework with a runner and an adapter.</summary>
public sealed record SuiteKind(string Name, string Project, params string[] Properties)
{
    /// <summary>The newest version of each framework. These run every case.</summary>
    public static IReadOnlyList<SuiteKind> Current { get; } =
    [
        new("xUnit v2", "SuiteXunitV2"),
        new("xUnit v3 VSTest", "SuiteXunitV3"),
        new("xUnit v3 MTP", "SuiteXunitV3", "-p:Mtp=true"),
        new("NUnit VSTest", "SuiteNUnit"),
        new("NUnit MTP", "SuiteNUnit", "-p:Mtp=true"),
    ];

    /// <summary>Older adapters and other configurations.</summary>
    public static IReadOnlyList<SuiteKind> Others { get; } =
    [
        new("xUnit v2, adapter 3.1.5", "SuiteXunitV2", "-p:AdapterVersion=3.1.5"),
        new("xUnit v2, adapter 2.8.2", "SuiteXunitV2", "-p:AdapterVersion=2.8.2"),
        new("xUnit v3 VSTest, adapter 3.1.5", "SuiteXunitV3", "-p:AdapterVersion=3.1.5"),
        new("NUnit 5, VSTest", "SuiteNUnit", "-p:FrameworkVersion=5.0.0"),
        new("NUnit VSTest, adapter 6.2.0", "SuiteNUnit", "-p:AdapterVersion=6.2.0"),
        new("NUnit VSTest, adapter 5.2.0", "SuiteNUnit", "-p:AdapterVersion=5.2.0"),
        new("NUnit VSTest, instance per test case", "SuiteNUnit", "-p:PerTestCase=true"),
    ];

    /// <summary>Suites whose assembly has the attributes for every class and for the whole run.</summary>
    public static IReadOnlyList<SuiteKind> WholeRun { get; } =
    [
        new("xUnit v2, whole run", "SuiteXunitV2", "-p:WholeRun=true"),
        new("xUnit v3 MTP, whole run", "SuiteXunitV3", "-p:Mtp=true", "-p:WholeRun=true"),
        new("NUnit VSTest, whole run", "SuiteNUnit", "-p:WholeRun=true"),
    ];

    public static IReadOnlyList<SuiteKind> FSharp { get; } =
    [
        new("xUnit v2, F#", "SuiteFSharp"),
        new("xUnit v3 VSTest, F#", "SuiteFSharp", "-p:V3=true"),
    ];

    /// <summary>The test project, started as a program without any runner.</summary>
    public static SuiteKind Exe { get; } = new("xUnit v3 exe", "SuiteXunitV3", "-p:Exe=true");

    public static SuiteKind WithoutListener { get; } = new("NUnit VSTest, without the listener", "SuiteNUnit", "-p:WithoutListener=true");

    public static IReadOnlyList<SuiteKind> All { get; } = [.. Current, .. Others, .. WholeRun, .. FSharp, Exe, WithoutListener];

    public bool IsMtp => Properties.Contains("-p:Mtp=true");

    public bool HasRunner => this != Exe;

    public bool IsNUnit => Project == "SuiteNUnit";

    public string ProjectFile => Project + (Project == "SuiteFSharp" ? ".fsproj" : ".csproj");

    public static SuiteKind Get(string name) => All.Single(kind => kind.Name == name);

    /// <summary>Returns the arguments that select the tests of a namespace, or one method.</summary>
    public string[] CreateFilter(string prefix, bool isMethod) => (IsMtp, IsNUnit) switch
    {
        (true, false) => isMethod ? ["--filter-method", prefix] : ["--filter-namespace", prefix],
        _ => ["--filter", $"FullyQualifiedName~{prefix}"],
    };

    public override string ToString() => Name;
}
