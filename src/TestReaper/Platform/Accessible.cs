namespace TestReaper.Platform;

/// <summary>Uses files and directories that may be absent, or closed to this user.</summary>
internal static class Accessible
{
    /// <summary>The default value if the system refuses the access.</summary>
    public static T? OrDefault<T>(Func<T?> access)
    {
        try
        {
            return access();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
