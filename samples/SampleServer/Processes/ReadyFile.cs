using System.Globalization;

namespace SampleServer.Processes;

/// <summary>A file by which any process, also one that is not a child of the launcher, reports that it is up.</summary>
internal sealed record ReadyFile(string Role, int Pid, int Port)
{
    public void Write(string directory)
    {
        // A rename is atomic, so a reader never sees half a line.
        var draft = PathOf(directory, Role) + ".draft";
        File.WriteAllText(draft, string.Create(CultureInfo.InvariantCulture, $"{Pid} {Port}"));
        File.Move(draft, PathOf(directory, Role), overwrite: true);
    }

    public static ReadyFile? Read(string directory, string role)
    {
        if (!File.Exists(PathOf(directory, role)))
        {
            return null;
        }

        var fields = File.ReadAllText(PathOf(directory, role)).Split(' ');
        return new ReadyFile(role, Number(fields[0]), Number(fields[1]));
    }

    public static void DeleteAll(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*.ready"))
        {
            File.Delete(file);
        }
    }

    private static string PathOf(string directory, string role) => Path.Combine(directory, $"{role}.ready");

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
}
