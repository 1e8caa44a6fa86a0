namespace TestReaper.Fixtures;

/// <summary>Says why a fixture has no server.</summary>
internal static class NoServer
{
    public static InvalidOperationException For(Type fixture, bool wasStopped) => new(wasStopped
        ? $"The server of {fixture.Name} has been stopped: its fixture was disposed."
        : $"The server of {fixture.Name} has not been started: let the test framework create the fixture, " +
            "or await its initialization first.");
}
