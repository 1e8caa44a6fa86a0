namespace TestReaper.Acceptance;

/// <summary>One test framework under one runner and adapter.</summary>
public sealed record SuiteKind(string Name, string Project, params string[] Properties)
{
    public static IReadOnlyList<SuiteKind> Each { get; } =
    [
        new("xUnit v2", "SuiteXunitV2"),
        new("xUnit v3 VSTest", "SuiteXunitV3"),
        new("xUnit v3 MTP", "SuiteXunitV3", "-p:Mtp=true"),
        new("NUnit VSTest", "SuiteNUnit"),
        new("NUnit MTP", "SuiteNUnit", "-p:Mtp=true"),
        new("xUnit v2, adapter 3.1.5", "SuiteXunitV2", "-p:AdapterVersion=3.1.5"),
        new("xUnit v2, adapter 2.8.2", "SuiteXunitV2", "-p:AdapterVersion=2.8.2"),
        new("NUnit 5, VSTest", "SuiteNUnit", "-p:FrameworkVersion=5.0.0"),
        new("NUnit VSTest, adapter 6.2.0", "SuiteNUnit", "-p:AdapterVersion=6.2.0"),
        new("NUnit VSTest, adapter 5.2.0", "SuiteNUnit", "-p:AdapterVersion=5.2.0"),
        new("NUnit VSTest, instance per test case", "SuiteNUnit", "-p:PerTestCase=true"),
    ];

    public bool IsMtp => Properties.Contains("-p:Mtp=true");

    public bool IsNUnit => Project == "SuiteNUnit";

    public static SuiteKind Of(string name) => Each.Single(kind => kind.Name == name);

    /// <summary>What chooses the tests whose full names begin with a namespace, class or method.</summary>
    public string[] Filter(string prefix, bool isMethod) => (IsMtp, IsNUnit) switch
    {
        (true, false) => isMethod ? ["--filter-method", prefix] : ["--filter-namespace", prefix],
        _ => ["--filter", $"FullyQualifiedName~{prefix}"],
    };

    public override string ToString() => Name;
}
