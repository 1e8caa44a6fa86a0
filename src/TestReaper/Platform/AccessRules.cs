using System.Security.AccessControl;
using System.Security.Principal;

namespace TestReaper.Platform;

/// <summary>Who may use a file or a directory.</summary>
[SupportedOSPlatform("windows")]
internal static class AccessRules
{
    private static readonly SecurityIdentifier System = new(WellKnownSidType.LocalSystemSid, null);
    private static readonly SecurityIdentifier Administrators = new(WellKnownSidType.BuiltinAdministratorsSid, null);
    private static readonly SecurityIdentifier Owner = new(WellKnownSidType.CreatorOwnerSid, null);

    /// <summary>Whether it belongs to the user, and only the system and administrators have rights to it, too.</summary>
    /// <remarks>Administrators own what a member of their group creates with raised rights.</remarks>
    public static bool IsPrivate(FileSystemSecurity security, SecurityIdentifier user) =>
        IsTrusted((SecurityIdentifier?)security.GetOwner(typeof(SecurityIdentifier)), user)
        && security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier))
            .Cast<FileSystemAccessRule>()
            .Where(static rule => rule.AccessControlType == AccessControlType.Allow)
            .All(rule => IsTrusted(rule.IdentityReference as SecurityIdentifier, user));

    /// <summary>Creates a directory for this user alone, and those above it that are missing. Files in it inherit the rights.</summary>
    public static void CreateDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            ForUserOnly(new DirectorySecurity(), InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit).CreateDirectory(path);
        }
    }

    /// <summary>Takes the rights of everybody else to a file.</summary>
    public static void Protect(string path) => new FileInfo(path).SetAccessControl(ForUserOnly(new FileSecurity(), InheritanceFlags.None));

    private static T ForUserOnly<T>(T security, InheritanceFlags inheritance)
        where T : FileSystemSecurity
    {
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(
            CurrentUser(), FileSystemRights.FullControl, inheritance, PropagationFlags.None, AccessControlType.Allow));
        return security;
    }

    private static SecurityIdentifier CurrentUser()
    {
        using var identity = WindowsIdentity.GetCurrent();
        return identity.User!;
    }

    private static bool IsTrusted(SecurityIdentifier? holder, SecurityIdentifier user) =>
        holder is not null && (holder == user || holder == System || holder == Administrators || holder == Owner);
}
