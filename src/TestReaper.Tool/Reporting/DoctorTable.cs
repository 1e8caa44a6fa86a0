using TestReaper.Tool.Doctor;

namespace TestReaper.Tool.Reporting;

/// <summary>A line for each row, with its cost and remedy below it if there are any, and the result.</summary>
internal static class DoctorTable
{
    public static IEnumerable<string> Lines(IReadOnlyList<DoctorRow> rows)
    {
        const string Header = "STATE";
        var states = Enum.GetNames<RowState>().Append(Header).Max(name => name.Length);
        var names = rows.Max(row => row.Name.Length);
        var indent = new string(' ', states + 2);
        yield return $"{Header.PadRight(states)}  {"WHAT".PadRight(names)}  FINDING";
        foreach (var row in rows)
        {
            yield return $"{StateOf(row).PadRight(states)}  {row.Name.PadRight(names)}  {row.Finding}";
            if (row.Cost is not null)
            {
                yield return $"{indent}Cost: {row.Cost}";
                yield return $"{indent}Remedy: {row.Remedy}";
            }
        }

        yield return "";
        yield return Summary(rows);
    }

    public static string StateOf(DoctorRow row) => row.State switch
    {
        RowState.Ok => "ok",
        RowState.Limited => "limited",
        _ => "missing",
    };

    private static string Summary(IReadOnlyList<DoctorRow> rows)
    {
        var limited = rows.Count(row => row.State == RowState.Limited);
        return rows.Count(row => row.State == RowState.Missing) switch
        {
            > 0 and var missing => $"{missing} missing, {limited} limited: a reap may be incomplete, and its report says so.",
            _ when limited > 0 => $"Nothing is missing, {limited} limited.",
            _ => "Nothing is missing.",
        };
    }
}
