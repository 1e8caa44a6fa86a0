namespace TestReaper.Acceptance;

/// <summary>One test framework under one runner and adapter.</summary>
public sealed record SuiteKind(string Name, string Project, params string[] Properties)
{
    /// <summary>The newest of each: these run every case.</summary>
    public static IReadOnlyList<SuiteKind> Current { get; } =
    [
        new("xUnit v2", "SuiteXunitV2"),
        new("xUnit v3 VSTest", "SuiteXunitV3"),
        new("xUnit v3 MTP", "SuiteXunitV3", "-p:Mtp=true"),
        new("NUnit VSTest", "SuiteNUnit"),
        new("NUnit MTP", "SuiteNUnit", "-p:Mtp=true"),
    ];

    /// <summary>Older adapters, and other ways in which users set things up.</summary>
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

    /// <summary>With the attributes for every class and for the whole run on the assembly.</summary>
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

    /// <summary>The test project as the program that it is, without any runner.</summary>
    public static SuiteKind Exe { get; } = new("xUnit v3 exe", "SuiteXunitV3", "-p:Exe=true");

    public static SuiteKind WithoutListener { get; } = new("NUnit VSTest, without the listener", "SuiteNUnit", "-p:WithoutListener=true");

    public static IReadOnlyList<SuiteKind> Each { get; } = [.. Current, .. Others, .. WholeRun, .. FSharp, Exe, WithoutListener];

    public bool IsMtp => Properties.Contains("-p:Mtp=true");

    public bool HasRunner => this != Exe;

    public bool IsNUnit => Project == "SuiteNUnit";

    public string ProjectFile => Project + (Project == "SuiteFSharp" ? ".fsproj" : ".csproj");

    public static SuiteKind Of(string name) => Each.Single(kind => kind.Name == name);

    /// <summary>What chooses the tests whose full names begin with a namespace or a method.</summary>
    public string[] Filter(string prefix, bool isMethod) => (IsMtp, IsNUnit) switch
    {
        (true, false) => isMethod ? ["--filter-method", prefix] : ["--filter-namespace", prefix],
        _ => ["--filter", $"FullyQualifiedName~{prefix}"],
    };

    public override string ToString() => Name;
}
