using TestReaper.Servers;
using TestReaper.Servers.Starting;

namespace TestReaper;

/// <summary>How a server is started, when it counts as ready, and how it is stopped. Immutable; checked once, at the start.</summary>
public sealed record ServerProcessOptions
{
    /// <summary>
    /// The program: an absolute path, or a name that is looked up next to this program, in the current directory and in PATH.
    /// It is executed directly, without a shell.
    /// </summary>
    public required string FileName { get; init; }

    /// <summary>
    /// The arguments, each passed as it is. <c>{port}</c> and <c>{port:name}</c> become allocated ports. Default: none.
    /// </summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// Variables added to the inherited environment; null removes one. <c>{port}</c> and <c>{port:name}</c> become allocated
    /// ports. Values of variables named like <c>*_TOKEN</c>, <c>*_KEY</c>, <c>*PASSWORD*</c> or <c>*SECRET*</c> are masked in all
    /// output. Default: none.
    /// </summary>
    /// <remarks>
    /// Where the inherited environment lacks them, <c>MSBUILDDISABLENODEREUSE=1</c>, <c>DOTNET_CLI_USE_MSBUILD_SERVER=0</c>
    /// and <c>UseSharedCompilation=false</c> are added: a build server that is started within the server's tree may serve another
    /// job when the tree is killed. A value of your own, or null, replaces them. Build servers that
    /// are started all the same belong to the tree, unless <see cref="ReapOptions.Spare"/> names them.
    /// </remarks>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>An existing directory. Default: null, the current one.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether <see cref="ServerProcess.StandardInput"/> can be written. Default: false, it reads from /dev/null.</summary>
    public bool RedirectStandardInput { get; init; }

    /// <summary>What tells that the server is ready. Default: it is, as soon as its process is up.</summary>
    public IReadinessProbe Readiness { get; init; } = TestReaper.Readiness.ProcessUp;

    /// <summary>How long the server may take to become ready. Default: 10 min. Range: more than zero, to 24 days.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Where the server is reached, if not at <c>http://127.0.0.1:{port}/</c>. Its port 0 stands for the allocated one
    /// (<c>http://localhost:0/v1/</c>), since no <see cref="Uri"/> can hold <c>{port}</c> there; path and query may hold it. A port of
    /// its own must be free on that address when the server starts; one in TIME_WAIT is waited for if the server cannot bind it, within
    /// <see cref="StartupTimeout"/>. Default: null.
    /// </summary>
    public Uri? Endpoint { get; init; }

    /// <summary>
    /// Whether the socket that answers must belong to the server's own processes, so that a stale server on the same port is not
    /// mistaken for it. Default: true. Set it to false where something else listens for the server: a proxy, a container.
    /// </summary>
    public bool VerifyListener { get; init; } = true;

    /// <summary>Where the log file goes; made if needed. Default: null, TestResults in the current directory.</summary>
    public string? LogDirectory { get; init; }

    /// <summary>Whether the log file stays after a clean end. Default: false; after a failure it stays anyway.</summary>
    public bool KeepLogs { get; init; }

    /// <summary>
    /// Whether the server gets a directory of its own for temporary files, mode 0700. TMPDIR, TEMP and TMP name it, except those that
    /// <see cref="Environment"/> sets. <c>{tmp}</c> stands for it in <see cref="Arguments"/>, in values of <see cref="Environment"/> and in
    /// the path of <see cref="TestReaper.Readiness.UnixSocket"/>. Default: false.
    /// </summary>
    /// <remarks>
    /// After a clean end it is removed, for up to <see cref="ReapOptions.ReleaseTimeout"/>; what cannot be removed is in the report and
    /// does not fail the reap. After a failure it is kept and named in the report. It lies below XDG_RUNTIME_DIR where that is set,
    /// else in the temporary directory of this process. A start throws <see cref="ServerStartException"/> if it cannot be made.
    /// </remarks>
    public bool PrivateTemp { get; init; }

    /// <summary>
    /// A server that runs already: it is probed, but never started, recorded or reaped. Default: null. The environment variable
    /// <c>TESTREAPER_ATTACH=FixtureName=http://...</c> does the same to a fixture from outside.
    /// </summary>
    public Uri? AttachTo { get; init; }

    /// <summary>How the server is stopped.</summary>
    public ReapOptions Reap { get; init; } = new();

    /// <exception cref="ArgumentException">A value is not usable; the message says which and why.</exception>
    internal void Validate() => ServerOptionsCheck.Run(this);
}
