namespace TestReaper.Processes.Layers;

/// <summary>In a session that a member founded. Misses what called setsid.</summary>
internal sealed class SessionLayer(int own) : FoundedIdLayer("session", static entry => entry.SessionId, own);
