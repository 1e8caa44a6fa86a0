using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <content>What calls do with the processes that they are given.</content>
internal sealed partial class Collector
{
    private void VisitCall(IInvocationOperation call)
    {
        var method = Implementation(call.TargetMethod);
        var isProcess = carriers.IsProcess(method.ContainingType);
        if (IsOwn(method))
        {
            Calls.Add((method.OriginalDefinition, call, PlaceOf(call)));
        }

        if (isProcess && method is { IsStatic: true, Name: "Start" } || options.StartMethods.Contains(method.Name) && carriers.Carries(call.Type))
        {
            AddStart(call);
        }
        else if (isProcess && method.IsStatic)
        {
            Foreign.Add(call);
        }
        else if (call.Instance is { } instance && isProcess && method.Name == "Start")
        {
            StartCalls.Add((call, PlaceOf(call)));
        }
        else if (carriers.Carries(call.Type) && !IsOwn(method) && SourceGlance.Of(method) is { } glance)
        {
            if (glance.Starts)
            {
                AddStart(call);
            }
            else if (glance.Finds)
            {
                Foreign.Add(call);
            }
        }

        if (options.StopMethods.Contains(method.Name))
        {
            foreach (var holder in call.Arguments.Select(argument => argument.Value).Append(call.Instance))
            {
                if (holder is not null && carriers.Carries(holder.Type))
                {
                    Mark(holder, EffectKind.Kill, call);
                }
            }
        }
        else if (call.Instance is { } receiver && (carriers.IsProcess(receiver.Type) || Sources.IsStream(receiver.Type)))
        {
            Mark(receiver, ProcessUse.OfCall(call), call);
        }

        Pass(call, method, call.Instance, call.Arguments);
    }

    private void VisitCreation(IObjectCreationOperation creation)
    {
        if (carriers.IsProcess(creation.Type))
        {
            Unstarted.Add(creation);
        }
        else if (creation.Constructor is { } constructor)
        {
            if (IsOwn(constructor))
            {
                Calls.Add((constructor.OriginalDefinition, creation, PlaceOf(creation)));
            }

            if (Carriers.IsBareRecord(creation.Type))
            {
                foreach (var argument in creation.Arguments.Where(argument => carriers.Carries(argument.Value.Type)))
                {
                    Flow(argument.Value, creation);
                }
            }
            else
            {
                Pass(creation, constructor, null, creation.Arguments);
            }
        }
    }

    private void AddStart(IInvocationOperation call)
    {
        var command = CommandOf(call.Arguments);
        if (!Lambdas.ExpectsFailure(call) && !Commands.IsShortLived(command, options.ShortLivedCommands) && !Commands.SaysStop(call) && !(Commands.RunsContainer(command) && StopCommands.AreIn(type, "docker run -d", default)))
        {
            Started.Add(new Origin(call, call, PlaceOf(call)));
        }
    }

    private IMethodSymbol Implementation(IMethodSymbol method) =>
        method.ContainingType?.TypeKind == TypeKind.Interface && type.FindImplementationForInterfaceMember(method) is IMethodSymbol implementation ? implementation : method;
}
