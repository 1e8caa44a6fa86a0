namespace TestReaper.Platform;

/// <summary>One thread of a process.</summary>
/// <param name="Id">The id of the thread; that of the main thread is the pid.</param>
/// <param name="Name">The name that the program gave it, or that of the program.</param>
/// <param name="State">The state letter of proc_pid_stat(5).</param>
/// <param name="WaitChannel">The kernel function that it sleeps in; null if the kernel does not show it.</param>
/// <param name="KernelStack">Its stack in the kernel; null if this user may not read it.</param>
internal sealed record ThreadEntry(int Id, string Name, char State, string? WaitChannel, string? KernelStack);
