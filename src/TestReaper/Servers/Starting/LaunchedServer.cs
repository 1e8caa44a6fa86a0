using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Watchdog;

namespace TestReaper.Servers.Starting;

/// <summary>A server whose process exists, with all that is needed to end it.</summary>
internal sealed record LaunchedServer(
    ServerCommand Command, LaunchedProcess Child, TreeTracker Tree, ServerOutput Output, GuardedScope Guard, ReapStandby Standby);
