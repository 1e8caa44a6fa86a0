namespace TestReaper.Platform;

/// <summary>Where pids mean what they mean: one boot of the machine, one PID namespace of it.</summary>
internal readonly record struct HostInstance(string Boot, string PidNamespace);
