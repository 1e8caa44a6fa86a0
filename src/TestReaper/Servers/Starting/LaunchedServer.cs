using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Servers.Starting;

/// <summary>A server whose process exists, with all that is needed to end it.</summary>
internal sealed record LaunchedServer(
    ResolvedCommand Command, LaunchedProcess Child, TreeTracker Tree, ServerOutput Output, ProtectedScope Guard, ReapStandby Standby);
