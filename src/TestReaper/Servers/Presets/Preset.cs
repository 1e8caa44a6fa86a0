using System.Runtime.CompilerServices;

namespace TestReaper.Servers.Presets;

/// <summary>What all presets have in common.</summary>
internal static class Preset
{
    /// <param name="fileName">Looked up as <see cref="ServerProcessOptions.FileName"/> is.</param>
    /// <param name="arguments">With placeholders.</param>
    /// <param name="startupTimeout">In seconds.</param>
    /// <param name="gracePeriod">In seconds.</param>
    /// <param name="readyPath">Answers with 200 when the server is ready.</param>
    /// <param name="removed">The inherited variables that are removed.</param>
    public static ServerProcessOptions Create(
        string fileName, string[] arguments, int startupTimeout, int gracePeriod, string readyPath = "/health", string[]? removed = null) =>
        new()
        {
            FileName = fileName,
            Arguments = arguments,
            Environment = (removed ?? []).ToDictionary(static name => name, static _ => (string?)null),
            Readiness = Readiness.Http(readyPath),
            StartupTimeout = TimeSpan.FromSeconds(startupTimeout),
            Reap = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(gracePeriod) },
        };

    /// <exception cref="ArgumentException">The model is empty: a server would use its default.</exception>
    public static string Required(string model, [CallerArgumentExpression(nameof(model))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model, name);
        return model;
    }
}
