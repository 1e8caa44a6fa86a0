namespace TestReaper;

/// <content>Copies with additions. <c>with</c> replaces a whole list or dictionary, such as that of a preset.</content>
public sealed partial record ServerProcessOptions
{
    /// <summary>A copy with more arguments after the present ones, such as <c>WithArguments("--dtype", "half")</c>.</summary>
    /// <param name="arguments">Placeholders are replaced as in <see cref="Arguments"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="arguments"/> is null.</exception>
    public ServerProcessOptions WithArguments(params string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return this with { Arguments = [.. Arguments, .. arguments] };
    }

    /// <summary>A copy with one more variable; the other ones stay.</summary>
    /// <param name="name">As a key of <see cref="Environment"/>. A variable of this name is replaced.</param>
    /// <param name="value">Null removes the inherited variable.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public ServerProcessOptions WithEnvironment(string name, string? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        return WithEnvironment(new Dictionary<string, string?> { [name] = value });
    }

    /// <summary>A copy with more variables; the other ones stay.</summary>
    /// <param name="variables">As <see cref="Environment"/>. Variables of the same names are replaced.</param>
    /// <exception cref="ArgumentNullException"><paramref name="variables"/> is null.</exception>
    public ServerProcessOptions WithEnvironment(IReadOnlyDictionary<string, string?> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var all = new Dictionary<string, string?>(Environment);
        foreach (var (name, value) in variables)
        {
            all[name] = value;
        }

        return this with { Environment = all };
    }
}
