using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Reporting;

/// <summary>The measurements of a contestant, or the reason why there are none.</summary>
internal readonly record struct Cell(Series? Series, string? Reason);

/// <summary>The table of timings: a row for each tree, a column for each contestant.</summary>
internal sealed class Timings
{
    private readonly Dictionary<(TreeShape Shape, int Bystanders), Dictionary<string, Cell>> _rows = [];

    public IEnumerable<(TreeShape Shape, int Bystanders)> Rows => _rows.Keys;

    public IEnumerable<string> Contestants => _rows.Values.SelectMany(row => row.Keys).Distinct();

    public void Add(TreeShape shape, int bystanders, string contestant, Cell cell)
    {
        if (!_rows.TryGetValue((shape, bystanders), out var row))
        {
            _rows.Add((shape, bystanders), row = []);
        }

        row[contestant] = cell;
    }

    public Cell Get(TreeShape shape, int bystanders, string contestant) =>
        _rows.TryGetValue((shape, bystanders), out var row) && row.TryGetValue(contestant, out var cell)
            ? cell
            : new Cell(null, "not measured");
}
