namespace TestReaper.Tests.Folders;

/// <summary>One use of a type in another folder.</summary>
internal sealed record Arrow(string From, string To, string Example)
{
    public static IEnumerable<Arrow> Between(IEnumerable<CoreType> types) =>
        from type in types
        from used in type.Uses()
        where used.Folder != type.Folder
        select new Arrow(type.Folder, used.Folder, $"{type.Name} uses {used.Name}");

    /// <summary>
    /// The arrows on cycles between folders beside each other. A folder and the folders below it are one feature and may use each other.
    /// </summary>
    public static IReadOnlyList<Arrow> OnCycles(IEnumerable<Arrow> arrows)
    {
        var siblings = arrows.Select(AmongSiblings).OfType<Arrow>().ToList();
        var next = siblings.ToLookup(arrow => arrow.From, arrow => arrow.To);
        return [.. siblings.Where(arrow => Reaches(arrow.To, arrow.From, next)).DistinctBy(arrow => (arrow.From, arrow.To))];
    }

    // From A/B/C to A/D/E it is an arrow from A/B to A/D; between A/B and A, or A/B and A/B/C, there is none.
    private static Arrow? AmongSiblings(Arrow arrow)
    {
        string[] from = arrow.From.Split('/'), to = arrow.To.Split('/');
        var common = from.Zip(to).TakeWhile(pair => pair.First == pair.Second).Count();
        return common == from.Length || common == to.Length
            ? null
            : arrow with { From = string.Join('/', from[..(common + 1)]), To = string.Join('/', to[..(common + 1)]) };
    }

    private static bool Reaches(string start, string end, ILookup<string, string> next)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([start]);
        while (open.TryPop(out var folder))
        {
            if (folder == end)
            {
                return true;
            }

            foreach (var following in seen.Add(folder) ? next[folder] : [])
            {
                open.Push(following);
            }
        }

        return false;
    }
}
