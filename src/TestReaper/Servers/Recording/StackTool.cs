namespace TestReaper.Servers.Recording;

/// <summary>A program that prints the stacks of a running process.</summary>
/// <param name="Name">Its file name, looked up in PATH.</param>
/// <param name="Arguments">Its arguments; {pid} is replaced.</param>
/// <param name="Package">What to install, for the advice.</param>
internal sealed record StackTool(string Name, IReadOnlyList<string> Arguments, string Package)
{
    /// <summary>For Python. It reads the memory of the process without stopping it.</summary>
    public static StackTool PySpy { get; } = new("py-spy", ["dump", "--nonblocking", "--pid", "{pid}"], "py-spy (pip install py-spy)");

    /// <summary>For all processes, the fastest first. They stop the process while they read.</summary>
    /// <remarks>
    /// gdb would otherwise run scripts from the files that the process has loaded, ask servers for symbols, and print the first 200
    /// characters of text arguments, which the mask would not find.
    /// </remarks>
    public static IReadOnlyList<StackTool> Native { get; } =
    [
        new("eu-stack", ["-p", "{pid}"], "eu-stack (package elfutils)"),
        new(
            "gdb",
            [
                "-nx", "-batch", "-iex", "set auto-load off", "-iex", "set debuginfod enabled off",
                "-iex", "set print frame-arguments none", "-p", "{pid}", "-ex", "thread apply all backtrace 64",
            ],
            "gdb"),
    ];

    /// <summary>The full path of the program; null if it is not installed. Relative directories in PATH are ignored.</summary>
    public string? Find(string searchPath, Func<string, bool> isExecutable) => searchPath
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Where(Path.IsPathFullyQualified)
        .Select(directory => Path.Combine(directory, Name))
        .FirstOrDefault(isExecutable);

    public IReadOnlyList<string> ArgumentsFor(int pid) =>
        [.. Arguments.Select(argument => argument.Replace("{pid}", $"{pid}", StringComparison.Ordinal))];
}
