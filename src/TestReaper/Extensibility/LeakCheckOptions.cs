namespace TestReaper.Extensibility;

/// <summary>What a <see cref="LeakCheck"/> requires of a test class or of a test run.</summary>
public sealed record LeakCheckOptions
{
    /// <summary>What the user wrote to request the check, such as "[AssertReaped]". Messages refer to it.</summary>
    public required string Label { get; init; }

    /// <summary>How long processes may take to exit after the end of the class or run. Zero checks once. Default 30 s.</summary>
    /// <remarks>A negative value is not refused here: it becomes the result of <see cref="LeakCheck.EndAsync"/>.</remarks>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether the adapter runs no other test at the same time, so that every new descendant of this process counts. If false, only
    /// processes that were started through TestReaper count. Default true.
    /// </summary>
    public bool IsExclusive { get; init; } = true;

    /// <summary>
    /// The programs that may keep running, each with all its descendants: file name with or without extension, or full path; for
    /// dotnet, python and other interpreters the name of the script. Case-sensitive. Empty by default.
    /// </summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>
    /// Whether it is recorded what the processes do before they are killed, in a file in TestResults that the failure names, as with
    /// <see cref="ServerProcessOptions.FlightRecorder"/>. It takes at most 10 s. Default true. A server whose own option is false is left
    /// out.
    /// </summary>
    public bool FlightRecorder { get; init; } = true;

    /// <summary>How a user sets <see cref="Ignore"/>, for the message about a leak. Null, the default, leaves the hint out.</summary>
    public string? IgnoreSyntax { get; init; }
}
