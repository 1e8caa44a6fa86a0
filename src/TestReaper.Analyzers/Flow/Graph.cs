using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>
/// A directed graph of the places that hold a process. A node is a symbol (local, parameter, member, method or lambda) or an operation
/// (a call or creation). An edge means that a process can go from one node to the other. Each node has the effects on its process.
/// </summary>
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

    public void RemoveEffects(System.Predicate<Effect> match)
    {
        foreach (var effects in _effects.Values)
        {
            effects.RemoveAll(match);
        }
    }

    /// <summary>The nodes that a process can reach. If <paramref name="throughMembers"/> is false, paths end at members.</summary>
    public HashSet<object> FindReachable(object node, bool throughMembers) => Search(_next, node, throughMembers);

    /// <summary>The nodes from which a process can reach this one.</summary>
    public HashSet<object> FindSources(object node) => Search(_previous, node, throughMembers: true);

    public List<Effect> FindEffects(IEnumerable<object> nodes)
    {
        var found = new List<Effect>();
        foreach (var node in nodes)
        {
            if (_effects.TryGetValue(node, out var effects))
            {
                found.AddRange(effects);
            }
        }

        return found;
    }

    public static bool IsMember(object node) => node is IFieldSymbol or IPropertySymbol;

    private static HashSet<object> Search(Dictionary<object, List<object>> edges, object start, bool throughMembers)
    {
        var found = new HashSet<object>(NodeComparer.Instance) { start };
        var pending = new Stack<object>();
        pending.Push(start);
        while (pending.Count > 0)
        {
            if (edges.TryGetValue(pending.Pop(), out var nodes))
            {
                foreach (var node in nodes)
                {
                    if (found.Add(node) && (throughMembers || !IsMember(node)))
                    {
                        pending.Push(node);
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

        public int GetHashCode(object node) =>
            node is ISymbol symbol ? SymbolEqualityComparer.Default.GetHashCode(symbol) : RuntimeHelpers.GetHashCode(node);
    }
}
