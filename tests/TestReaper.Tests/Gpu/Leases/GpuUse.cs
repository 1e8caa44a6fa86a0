using System.Diagnostics;
using System.Globalization;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>The log of the processes that lease devices, and what it proves.</summary>
internal sealed class GpuUse
{
    private readonly List<(long Time, string[] Words)> _lines;

    public GpuUse(IEnumerable<string> lines) => _lines =
    [
        .. lines.Select(line => line.Split(' '))
            .Select(words => (Time: long.Parse(words[0], CultureInfo.InvariantCulture), Words: words[1..]))
            .OrderBy(line => line.Time),
    ];

    /// <summary>The leases in the order in which they began.</summary>
    public IReadOnlyList<string> Begun => [.. _lines.Where(line => line.Words[0] == "begin").Select(line => line.Words[1])];

    /// <summary>The devices that two leases had at the same time, according to the intervals or to the files of the holders.</summary>
    public IReadOnlyList<string> FindDoubleUse()
    {
        var (holders, twice) = (new Dictionary<string, string>(), new List<string>());
        foreach (var words in _lines.Select(line => line.Words))
        {
            if (words[0] == "twice")
            {
                twice.Add($"{words[1]} is locked by another holder");
            }

            foreach (var device in words is [_, _, var devices] ? devices.Split(',') : [])
            {
                if (words[0] == "end")
                {
                    holders.Remove(device);
                }
                else if (!holders.TryAdd(device, words[1]))
                {
                    twice.Add($"{device}: {holders[device]} and {words[1]}");
                }
            }
        }

        return twice;
    }

    /// <summary>The largest number of leases that began before one, although they were asked for later.</summary>
    /// <param name="slack">How much later.</param>
    public int MostOvertaken(TimeSpan slack)
    {
        var asked = _lines.Where(line => line.Words[0] == "wait").ToDictionary(line => line.Words[1], line => line.Time);
        var begun = Begun.ToList();
        return begun.Select((name, i) => begun.Take(i).Count(other => Stopwatch.GetElapsedTime(asked[name], asked[other]) > slack)).Max();
    }
}
