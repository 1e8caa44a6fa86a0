namespace TestReaper.Fixtures;

/// <summary><c>TESTREAPER_ATTACH=FixtureName=http://...;Other=http://...</c>: lets fixtures use servers that run already.</summary>
internal static class AttachVariable
{
    private const string Name = "TESTREAPER_ATTACH";

    public static ServerProcessOptions Apply(ServerProcessOptions options, Type fixture)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Parse(Environment.GetEnvironmentVariable(Name), fixture) is { } address ? options with { AttachTo = address } : options;
    }

    /// <exception cref="FormatException">The variable cannot be understood.</exception>
    internal static Uri? Parse(string? value, Type fixture)
    {
        foreach (var entry in (value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = entry.IndexOf('=');
            if (equals <= 0 || !Uri.TryCreate(entry[(equals + 1)..], UriKind.Absolute, out var address) || address.Host.Length == 0)
            {
                throw new FormatException($"{Name} holds '{entry}'. Write FixtureName=http://host:port/, several of them separated by semicolons.");
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
