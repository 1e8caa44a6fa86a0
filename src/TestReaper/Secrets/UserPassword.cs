namespace TestReaper.Secrets;

/// <summary>Finds the password in the value of <c>-u user:password</c>.</summary>
internal static class UserPassword
{
    public static bool IsOption(ReadOnlySpan<char> argument) => argument is "-u" or "--user" or "--proxy-user";

    /// <returns>The index of the password; -1 if there is none. Numbers are the ids of a user and a group.</returns>
    public static int Find(ReadOnlySpan<char> value)
    {
        var colon = value.IndexOf(':');
        var password = value[(colon + 1)..];
        return colon < 0 || value[0] is '-' or '[' || password.IsEmpty || password[0] == '/'
            || SecretValue.IsNumber(password) || !SecretValue.MayBeSecret(password)
            ? -1
            : colon + 1;
    }

    /// <summary>Whether it equals the user, as in "www-data:www-data": ordinary lines contain the name.</summary>
    public static bool EqualsUser(ReadOnlySpan<char> value, int password) =>
        password > 0 && value[..(password - 1)].SequenceEqual(value[password..]);
}
