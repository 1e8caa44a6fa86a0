namespace TestReaper.Fixtures;

/// <summary><c>TESTREAPER_ATTACH=FixtureName=http://...;Other=http://...</c> makes fixtures use servers that already run.</summary>
internal static class AttachVariable
{
    private const string Name = "TESTREAPER_ATTACH";

    public static ServerProcessOptions Apply(ServerProcessOptions options, Type fixture)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Parse(Environment.GetEnvironmentVariable(Name), fixture) is { } address ? options with { AttachTo = address } : options;
    }

    /// <exception cref="FormatException">An entry of the variable is malformed.</exception>
    internal static Uri? Parse(string? value, Type fixture)
    {
        foreach (var entry in (value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = entry.IndexOf('=');
            if (equals <= 0 || !Uri.TryCreate(entry[(equals + 1)..], UriKind.Absolute, out var address) || address.Host.Length == 0)
            {
                throw new FormatException(
                    $"{Name} holds '{entry}'. Write FixtureName=http://host:port/, and separate several entries by semicolons.");
            }

            var name = entry[..equals];
            if (name == fixture.Name || name == fixture.FullName)
            {
                return address;
            }
        }

        return null;
    }
}
