namespace SampleServer;

internal sealed class Log(string role)
{
    private readonly string _prefix = role.Replace('-', ' ');

    public void Say(string message) => Console.WriteLine($"{_prefix}: {message}");

    public void Fail(string message) => Console.Error.WriteLine($"{_prefix}: {message}");
}
