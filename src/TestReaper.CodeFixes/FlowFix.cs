using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.CodeFixes;

/// <summary>A code fix for one diagnostic of a rule that follows processes.</summary>
/// <remarks>
/// <para>A fix that stops a process must not stop it while other code still uses the server. A syntax tree shows neither who calls a helper
/// nor which address a client connects to. So a fix is offered only where the end of the use is known:</para>
/// <list type="bullet">
/// <item>A local is stopped only at the end of a test method, in the method's own block (<see cref="TestBody"/>), and only if neither the
/// process nor a value that was read from it leaves that block (<see cref="LocalUses"/>).</item>
/// <item>A member is stopped only in a teardown that runs at least as late as the starts of the member allow
/// (<see cref="MemberLifetime"/>), and after the code of that teardown that may still use the server (<see cref="FollowingCode"/>).</item>
/// <item>A failed start is stopped only in a catch that throws again.</item>
/// </list>
/// <para>A fix edits text, not syntax. The formatter would rewrite the whole block by the settings of the editor, and mix its line ends and
/// indentation with those of the file. <see cref="CodeLayout"/> takes both from the lines around the edit. Code whose layout leaves no
/// place for new lines, or that has preprocessor directives at the edit, gets no fix.</para>
/// <para>The inserted code compiles in every target framework of the project (<see cref="ProcessApis"/>).</para>
/// </remarks>
public abstract class FlowFix : CodeFixProvider
{
    private readonly string _rule;
    private readonly string _title;

    private protected FlowFix(string rule, string title)
    {
        _rule = rule;
        _title = title;
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(_rule);

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await FixContext.CreateAsync(context).ConfigureAwait(false) is not { } fix || Fix(fix) is not { } changes)
        {
            return;
        }

        var text = fix.Layout.Text.WithChanges(changes);
        var action = CodeAction.Create(_title, _ => Task.FromResult(context.Document.WithText(text)), _rule);
        context.RegisterCodeFix(action, context.Diagnostics);
    }

    /// <summary>The changes to the document. Null if the fix does not support the shape of the code.</summary>
    private protected abstract IEnumerable<TextChange>? Fix(FixContext context);
}
