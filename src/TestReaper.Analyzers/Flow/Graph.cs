using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Which variable, member or call a process goes to from which, and what is done to it there. Blind to order.</summary>
internal sealed class Graph
{
    private readonly Dictionary<object, List<object>> _next = new(NodeComparer.Instance);
    private readonly Dictionary<object, List<object>> _previous = new(NodeComparer.Instance);
    private readonly Dictionary<object, List<Effect>> _effects = new(NodeComparer.Instance);

    public void Connect(object from, object to)
    {
        Add(_next, from, to);
        Add(_previous, to, from);
    }

    public void Mark(object node, Effect effect) => Add(_effects, node, effect);

    public void Forget(System.Predicate<Effect> which)
    {
        foreach (var effects in _effects.Values)
        {
            effects.RemoveAll(which);
        }
    }

    /// <summary>Where a process can get to from here; with <paramref name="throughMembers"/> false, members end the way.</summary>
    public HashSet<object> From(object node, bool throughMembers) => Reach(_next, node, throughMembers);

    public HashSet<object> To(object node) => Reach(_previous, node, throughMembers: true);

    public IReadOnlyList<object> Into(object node) => _previous.TryGetValue(node, out var nodes) ? nodes : [];

    public IReadOnlyList<Effect> EffectsOn(object node) => _effects.TryGetValue(node, out var effects) ? effects : [];

    public IEnumerable<Effect> EffectsOn(IEnumerable<object> nodes)
    {
        foreach (var node in nodes)
        {
            foreach (var effect in EffectsOn(node))
            {
                yield return effect;
            }
        }
    }

    public static bool IsMember(object node) => node is IFieldSymbol or IPropertySymbol;

    private static HashSet<object> Reach(Dictionary<object, List<object>> edges, object start, bool throughMembers)
    {
        var found = new HashSet<object>(NodeComparer.Instance) { start };
        var open = new Stack<object>();
        open.Push(start);
        while (open.Count > 0)
        {
            if (edges.TryGetValue(open.Pop(), out var nodes))
            {
                foreach (var node in nodes)
                {
                    if (found.Add(node) && (throughMembers || !IsMember(node)))
                    {
                        open.Push(node);
                    }
                }
            }
        }

        return found;
    }

    private static void Add<T>(Dictionary<object, List<T>> map, object key, T value)
    {
        if (!map.TryGetValue(key, out var values))
        {
            map[key] = values = [];
        }

        values.Add(value);
    }

    private sealed class NodeComparer : IEqualityComparer<object>
    {
        public static readonly NodeComparer Instance = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) =>
            x is ISymbol left && y is ISymbol right ? SymbolEqualityComparer.Default.Equals(left, right) : ReferenceEquals(x, y);

        public int GetHashCode(object node) => node is ISymbol symbol ? SymbolEqualityComparer.Default.GetHashCode(symbol) : RuntimeHelpers.GetHashCode(node);
    }
}
