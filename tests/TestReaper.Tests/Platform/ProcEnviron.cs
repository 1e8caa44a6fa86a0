using TestReaper.Platform;
using TestReaper.Platform.Linux;

namespace TestReaper.Tests.Platform;

/// <summary>Reads whether a process carries a scope; null if its environment gives no answer.</summary>
internal static class ProcEnviron
{
    public static bool? CarriesScope(int pid, string scope)
    {
        var answers = new ScopeAnswer[1];
        new LinuxProcessMarks().ReadScope([pid], scope, answers);
        return answers[0] switch
        {
            ScopeAnswer.Yes => true,
            ScopeAnswer.No => false,
            _ => null,
        };
    }
}
