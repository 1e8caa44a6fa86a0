using System.Reflection;

namespace TestReaper.Reaping;

/// <summary>Copies a <see cref="ProcessStartInfo"/>, which other threads may use. Reflection finds properties of later runtimes.</summary>
internal static class StartInfoCopy
{
    private static readonly PropertyInfo[] Settable =
    [
        .. typeof(ProcessStartInfo).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property is { CanRead: true, CanWrite: true }),
    ];

    // Null until the first read of Environment, which copies the variables of this process. The original must stay null.
    private static readonly FieldInfo? Variables =
        typeof(ProcessStartInfo).GetField("_environmentVariables", BindingFlags.NonPublic | BindingFlags.Instance);

    public static ProcessStartInfo Create(ProcessStartInfo source)
    {
        var copy = new ProcessStartInfo();
        foreach (var property in Settable)
        {
            Copy(property, source, copy);
        }

        foreach (var argument in source.ArgumentList)
        {
            copy.ArgumentList.Add(argument);
        }

        if (Variables is null || Variables.GetValue(source) is not null)
        {
            copy.Environment.Clear();
            foreach (var (name, value) in source.Environment)
            {
                copy.Environment[name] = value;
            }
        }

        return copy;
    }

    private static void Copy(PropertyInfo property, ProcessStartInfo source, ProcessStartInfo copy)
    {
        try
        {
            var value = property.GetValue(source, BindingFlags.DoNotWrapExceptions, null, null, null);
            if (!Equals(value, property.GetValue(copy, BindingFlags.DoNotWrapExceptions, null, null, null)))
            {
                property.SetValue(copy, value, BindingFlags.DoNotWrapExceptions, null, null, null);
            }
        }
        catch (PlatformNotSupportedException)
        {
            // Credentials exist on another operating system only: they cannot have been set.
        }
    }
}
