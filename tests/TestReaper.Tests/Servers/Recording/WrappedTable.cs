using System.Reflection;
using TestReaper.Platform;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>This system, except for the environments of processes.</summary>
internal static class WrappedTable
{
    public static IProcessPlatform WithEnvironment(Func<int, IReadOnlyList<KeyValuePair<string, string>>?> read)
    {
        var real = ProcessPlatform.Current;
        var table = Wrapper<IProcessTable>.Create(
            real.Processes, nameof(IProcessTable.Environment), arguments => read((int)arguments[0]!));
        return Wrapper<IProcessPlatform>.Create(real, $"get_{nameof(IProcessPlatform.Processes)}", _ => table);
    }
}

/// <summary>Forwards all calls to a target but those of one method.</summary>
#pragma warning disable CA1852 // A proxy derives from it.
internal class Wrapper<T> : DispatchProxy
#pragma warning restore CA1852
    where T : class
{
    private T _target = null!;
    private string _method = "";
    private Func<object?[], object?> _answer = null!;

    public static T Create(T target, string method, Func<object?[], object?> answer)
    {
        var proxy = Create<T, Wrapper<T>>();
        var wrapper = (Wrapper<T>)(object)proxy;
        (wrapper._target, wrapper._method, wrapper._answer) = (target, method, answer);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == _method
            ? _answer(args ?? [])
            : targetMethod.Invoke(_target, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
}
