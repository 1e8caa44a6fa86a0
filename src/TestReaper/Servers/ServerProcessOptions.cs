namespace TestReaper;

/// <summary>How a server is started, when it counts as ready, and how it is stopped. Immutable; checked once, at the start.</summary>
public sealed partial record ServerProcessOptions
{
    /// <summary>The program, executed without a shell.</summary>
    /// <remarks>An absolute path, or a name that is looked up next to this program, in the current directory and in PATH.</remarks>
    public required string FileName { get; init; }

    /// <summary>
    /// The arguments, each passed unchanged. <c>{port}</c> and <c>{port:name}</c> become allocated ports, <c>{port+1}</c> and
    /// <c>{port:name+1}</c> the ports at that distance above them, up to 55535. <c>{gpus}</c> becomes the number of <see cref="Gpu"/>, or 1
    /// without a requirement, <c>{tmp}</c> the directory of <see cref="PrivateTemp"/>, and <c>{files}</c> that of <see cref="Files"/>;
    /// without such a directory these two stay as they are. The values of options such as <c>--api-key</c>, and the password of
    /// <c>-u user:password</c>, are masked in all output. <see cref="WithArguments"/> adds arguments. Default: none.
    /// </summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// Variables added to the inherited environment; null removes one. A name that ends in <c>*</c> has the value null and removes all
    /// inherited variables with that prefix, except those that have an entry of their own. Placeholders are replaced as in
    /// <see cref="Arguments"/>. Values of variables named like <c>*_TOKEN</c>, <c>*_KEY</c>, <c>*PASSWORD*</c> or <c>*SECRET*</c> are
    /// masked in all output. <see cref="WithEnvironment(string, string)"/> adds variables. Default: none.
    /// </summary>
    /// <remarks>
    /// Where the inherited environment lacks them, <c>MSBUILDDISABLENODEREUSE=1</c>, <c>DOTNET_CLI_USE_MSBUILD_SERVER=0</c>
    /// and <c>UseSharedCompilation=false</c> are added: a build server that is started within the server's tree may serve another
    /// job when the tree is killed. A value in this dictionary, or null, replaces them. A build server that is started anyway belongs
    /// to the tree, unless <see cref="ReapOptions.Spare"/> names it.
    /// </remarks>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// Ports that the server derives from an allocated one, by the name of that one: <c>["port"] = new PortBlock(8) { Offset = 233 }</c>
    /// also reserves the ports 233 to 240 above <c>{port}</c>. They are leased together with the port and kept by a restart. Each name must
    /// be used by a placeholder. Default: none.
    /// </summary>
    /// <remarks>
    /// A port for which the options have a placeholder, such as <c>{port+1}</c>, needs no entry. The reap waits for a derived port only
    /// where the server was seen to listen on it.
    /// </remarks>
    public IReadOnlyDictionary<string, PortBlock> PortBlocks { get; init; } = new Dictionary<string, PortBlock>();

    /// <summary>
    /// Files that are written for the server before it starts: a relative name, with <c>/</c> between directories, and the content, in
    /// UTF-8. <c>{files}</c> stands for their directory in <see cref="Arguments"/>, in values of <see cref="Environment"/>, in the
    /// contents, in <see cref="WorkingDirectory"/> and in the path of <see cref="TestReaper.Readiness.UnixSocket"/>:
    /// <c>Files = { ["nginx.conf"] = "listen {port};" }</c> and <c>-c {files}/nginx.conf</c>. Default: none.
    /// </summary>
    /// <remarks>
    /// <para>
    /// In the contents <c>{port}</c>, <c>{port:name}</c>, <c>{port+1}</c>, <c>{tmp}</c>, <c>{files}</c> and <c>{gpus}</c> are replaced
    /// as in <see cref="Arguments"/>. All other text stays, also <c>${port}</c> and <c>{{port}}</c>, the variables of shells and templates.
    /// </para>
    /// <para>
    /// Files have the mode 0600 and directories 0700. The values of names such as <c>password</c> and <c>api_key</c> in them, and private
    /// keys, are masked in all output. After a clean end the directory is removed, as that of <see cref="PrivateTemp"/>. After a failure it
    /// is kept, with the secrets in it, and named in the report. A start throws <see cref="ServerStartException"/> if a file cannot be
    /// written, and <see cref="ArgumentException"/> for a name that is empty, absolute, leaves the directory or names a file twice.
    /// </para>
    /// </remarks>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>An existing directory; <c>{files}</c> and <c>{tmp}</c> are replaced. Default: null, the current one.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether <see cref="ServerProcess.StandardInput"/> can be written. Default: false, it reads from /dev/null.</summary>
    public bool RedirectStandardInput { get; init; }

    /// <summary>Decides when the server is ready. Default: as soon as its process is up.</summary>
    public IReadinessProbe Readiness { get; init; } = TestReaper.Readiness.ProcessUp;

    /// <summary>How long the server may take to become ready. Default: 10 min. Range: more than zero, to 24 days.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Where the server is reached, if not at <c>http://127.0.0.1:{port}/</c>. Port 0 stands for the allocated one
    /// (<c>http://localhost:0/v1/</c>), since a <see cref="Uri"/> cannot have <c>{port}</c> there; path and query can. Any other port must
    /// be free on that address when the server starts. If the server cannot bind it because it is in TIME_WAIT, the start waits for it,
    /// within <see cref="StartupTimeout"/>. Default: null.
    /// </summary>
    public Uri? Endpoint { get; init; }

    /// <summary>
    /// Whether the socket that answers must belong to the server's own processes, so that a stale server on the same port is not
    /// mistaken for it. Default: true. Set it to false where another program listens for the server, such as a proxy or a container.
    /// </summary>
    public bool VerifyListener { get; init; } = true;

    /// <summary>The directory of the log file; created if needed. Default: null, TestResults in the current directory.</summary>
    public string? LogDirectory { get; init; }

    /// <summary>
    /// Whether the log file is kept after a clean end. Default: false. It is always kept after a failure and beside a recording of
    /// <see cref="FlightRecorder"/>.
    /// </summary>
    public bool KeepLogs { get; init; }

    /// <summary>
    /// Whether TestReaper records what the server does before it kills it because it was not ready in time, did not stop within
    /// <see cref="ReapOptions.GracePeriod"/> or outlived its test class: the state of each process and thread, the kernel functions they
    /// wait in, kernel stacks as root, open GPU devices, the holders of the GPUs, and stacks. Default: true.
    /// </summary>
    /// <remarks>
    /// The recording takes at most 10 s, which come on top of <see cref="StartupTimeout"/> or the timeouts of <see cref="ReapOptions"/>.
    /// A stop with a grace period of zero is not recorded, nor one whose grace period the caller ends. Stacks come from <c>py-spy</c>
    /// for Python and from <c>eu-stack</c> or <c>gdb</c> for other programs, where PATH has them, and from a minidump (createdump) for
    /// .NET. <c>py-spy</c> is also found in the PATH of the server and beside its interpreter. The file is <c>LOG.stacks.txt</c> beside
    /// the log, mode 0600, and minidumps are <c>LOG.stacks.PID.dmp</c>. The exception or <see cref="ReapReport.StacksFile"/> names it. It
    /// is kept, and so is the log. Secrets are masked: in a minidump, those of the environment and the arguments that have six characters
    /// or more, or four or five that are neither a word nor a number; other data of the server remains in it.
    /// </remarks>
    public bool FlightRecorder { get; init; } = true;

    /// <summary>
    /// Whether the server gets a directory of its own for temporary files, mode 0700. TMPDIR, TEMP and TMP name it, except those that
    /// <see cref="Environment"/> sets. <c>{tmp}</c> stands for it in <see cref="Arguments"/>, in values of <see cref="Environment"/>, in
    /// <see cref="Files"/>, in <see cref="WorkingDirectory"/> and in the path of <see cref="TestReaper.Readiness.UnixSocket"/>.
    /// Default: false.
    /// </summary>
    /// <remarks>
    /// After a clean end it is removed, within <see cref="ReapOptions.ReleaseTimeout"/>; a failed removal is reported and does not fail the
    /// reap. After a failure it is kept and named in the report. It is created below XDG_RUNTIME_DIR where that is set, else in the
    /// temporary directory of this process. A start throws <see cref="ServerStartException"/> if it cannot be created.
    /// </remarks>
    public bool PrivateTemp { get; init; }

    /// <summary>
    /// The GPUs that the server needs for itself. Default: null, none is leased; that the memory of the GPUs it uses comes back is verified
    /// all the same.
    /// </summary>
    /// <remarks>
    /// The server gets devices that the inherited environment and <see cref="Environment"/> allow, that no other server has, and that are
    /// idle. The start waits for them as long as the requirement says; that time does not count for <see cref="StartupTimeout"/>. Where no
    /// GPU can be read, it starts without a lease, and a warning says so. Scripts share the leases:
    /// <c>flock "$XDG_RUNTIME_DIR/testreaper/gpu/GPU-UUID.lock" COMMAND</c>.
    /// </remarks>
    public GpuRequirement? Gpu { get; init; }

    /// <summary>
    /// How the server is given the devices of <see cref="Gpu"/>, unless the requirement sets <see cref="GpuRequirement.DeviceFormat"/>.
    /// Default: <see cref="TestReaper.GpuDeviceFormat.Uuid"/>. Alone it leases nothing.
    /// </summary>
    public GpuDeviceFormat GpuDeviceFormat { get; init; }

    /// <summary>
    /// Whether the server may end by itself after it was ready, such as a server for a single request. Default: false, such an end is a
    /// death: the Server property of a fixture throws <see cref="ServerExitedException"/>, and a death that no test has seen fails the
    /// class. A stop by <see cref="ServerProcess.ReapAsync"/>, by a fixture or by its RestartAsync is never a death.
    /// </summary>
    public bool MayExit { get; init; }

    /// <summary>
    /// A server that already runs: it is probed, but never started, recorded or reaped. Default: null. The environment variable
    /// <c>TESTREAPER_ATTACH=FixtureName=http://...</c> does the same to a fixture from outside.
    /// </summary>
    public Uri? AttachTo { get; init; }

    /// <summary>How the server is stopped.</summary>
    public ReapOptions Reap { get; init; } = new();
}
