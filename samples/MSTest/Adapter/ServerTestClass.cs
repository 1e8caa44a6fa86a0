using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TestReaper.Samples.Adapter;

/// <summary>
/// The base of a test class that has one server for all its tests. MSTest creates an instance for each test, and calls the static methods
/// once for each derived class.
/// </summary>
[SuppressMessage("Design", "CA1000:Do not declare static members on generic types", Justification = "MSTest calls them.")]
public abstract class ServerTestClass<TFixture>
    where TFixture : ServerProcessFixture, new()
{
    // By test class: classes that use the same type of fixture share this field, but not the server.
    private static readonly ConcurrentDictionary<string, TFixture> Fixtures = [];

    public TestContext TestContext { get; set; } = null!;

    protected TFixture Fixture => Fixtures[TestContext.FullyQualifiedTestClassName!];

    [ClassInitialize(InheritanceBehavior.BeforeEachDerivedClass)]
    public static async Task StartServerAsync(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var fixture = Fixtures[context.FullyQualifiedTestClassName!] = new TFixture();
        await fixture.StartAsync(context);
    }

    /// <summary>Fails the last test of the class if something is left.</summary>
    [ClassCleanup(InheritanceBehavior.BeforeEachDerivedClass)]
    public static async Task StopServerAsync(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Fixtures.TryRemove(context.FullyQualifiedTestClassName!, out var fixture))
        {
            await fixture.StopAsync();
        }
    }
}
