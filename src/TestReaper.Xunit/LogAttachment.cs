#if NUNIT
namespace TestReaper.NUnit;
#else
namespace TestReaper.Xunit;
#endif

internal static class LogAttachment
{
    /// <summary>Nothing: xUnit v2 has no attachments, and under NUnit the whole log file is attached when the fixture stops.</summary>
    public static Action<ServerOutput>? AtEnd => null;
}
