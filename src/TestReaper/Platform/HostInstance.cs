namespace TestReaper.Platform;

/// <summary>The range in which a pid is valid: one boot of the machine, and one PID namespace of it.</summary>
internal readonly record struct HostInstance(string Boot, string PidNamespace);
