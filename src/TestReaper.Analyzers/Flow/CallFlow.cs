using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Records what calls do with processes: start them, find existing ones, stop them or wait for them.</summary>
internal sealed class CallFlow(FlowRecorder recorder, StartCommandReader commands, FlowOptions options)
{
    private readonly ArgumentFlow _arguments = new(recorder);
    private readonly ProcessHolderTypes _holderTypes = recorder.HolderTypes;
    private readonly FlowFacts _facts = recorder.Facts;

    public void VisitCall(IInvocationOperation call)
    {
        var method = FindImplementation(call.TargetMethod);
        if (recorder.IsOwn(method))
        {
            recorder.AddCall(method, call);
        }

        commands.ReadAdd(call);
        AddSource(call, method);
        AddEffect(call, method);
        _arguments.Visit(call, method, call.Instance, call.Arguments);
    }

    public void VisitCreation(IObjectCreationOperation creation)
    {
        if (_holderTypes.IsProcess(creation.Type))
        {
            _facts.CreatedProcesses.Add(creation);
        }
        else if (creation.Constructor is { } constructor)
        {
            if (recorder.IsOwn(constructor))
            {
                recorder.AddCall(constructor, creation);
            }

            if (!ProcessHolderTypes.IsPlainRecord(creation.Type))
            {
                _arguments.Visit(creation, constructor, null, creation.Arguments);
                return;
            }

            foreach (var argument in creation.Arguments.Where(argument => _holderTypes.CanHold(argument.Value.Type)))
            {
                recorder.Connect(argument.Value, creation);
            }
        }
    }

    // Where a process comes from: a start, or a look-up of one that runs already.
    private void AddSource(IInvocationOperation call, IMethodSymbol method)
    {
        var isProcess = _holderTypes.IsProcess(method.ContainingType);
        var canHold = _holderTypes.CanHold(call.Type);
        if ((isProcess && method is { IsStatic: true, Name: "Start" }) || (options.StartMethods.Contains(method.Name) && canHold))
        {
            AddStart(call);
        }
        else if (isProcess && method.IsStatic)
        {
            _facts.ExistingProcesses.Add(call);
        }
        else if (isProcess && call.Instance is not null && method.Name == "Start" && !Debugging.Needs(call))
        {
            _facts.StartCalls.Add(new FlowFacts.StartCall(call, recorder.PointOf(call)));
        }
        else if (canHold && !recorder.IsOwn(method) && SyntaxSummary.FromMethod(method) is { } summary)
        {
            if (summary.StartsProcess)
            {
                AddStart(call);
            }
            else if (summary.FindsProcess)
            {
                _facts.ExistingProcesses.Add(call);
            }
        }
    }

    private void AddEffect(IInvocationOperation call, IMethodSymbol method)
    {
        if (options.StopMethods.Contains(method.Name))
        {
            foreach (var holder in call.Arguments.Select(argument => argument.Value).Append(call.Instance))
            {
                if (holder is not null && _holderTypes.CanHold(holder.Type))
                {
                    recorder.Mark(holder, EffectKind.Kill, call);
                }
            }
        }
        else if (call.Instance is { } receiver && (_holderTypes.IsProcess(receiver.Type) || ValueSources.IsStream(receiver.Type)))
        {
            if (ProcessUse.ReadCall(call) is var (kind, operation))
            {
                recorder.Mark(receiver, kind, operation);
            }
        }
    }

    private void AddStart(IInvocationOperation call)
    {
        var command = commands.ReadCall(call.Arguments);
        var isStopped = Debugging.Needs(call)
            || ExpectedFailures.Contain(call, recorder.Owner)
            || ShortLivedCommands.Contains(command, options.ShortLivedCommands)
            || ShortLivedCommands.AsksToStop(call)
            || (ShortLivedCommands.RunsContainer(command) && StopCommands.ExistIn(recorder.Type, "docker run -d", default));
        if (!isStopped)
        {
            _facts.StartSites.Add(new StartSite(call, call, recorder.PointOf(call), command));
        }
    }

    private IMethodSymbol FindImplementation(IMethodSymbol method) =>
        method.ContainingType?.TypeKind == TypeKind.Interface
        && recorder.Type.FindImplementationForInterfaceMember(method) is IMethodSymbol implementation ? implementation : method;
}
