namespace TestReaper.CodeFixes;

/// <summary>What a set-up or teardown method belongs to, in the order of its duration.</summary>
internal enum Level
{
    /// <summary>One test.</summary>
    Test,

    /// <summary>The object: its constructor, initializers, InitializeAsync and disposal.</summary>
    Instance,

    /// <summary>All tests of a class.</summary>
    Class,

    /// <summary>All tests of an assembly.</summary>
    Assembly,

    /// <summary>Code that runs once, such as a static initializer, or whose time is not known.</summary>
    Run,
}
