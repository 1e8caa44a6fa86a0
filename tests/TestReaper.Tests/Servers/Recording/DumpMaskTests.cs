using System.Text;
using TestReaper.Secrets;
using TestReaper.Servers.Recording;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

public sealed class DumpMaskTests : IDisposable
{
    private const string Key = "sk-mask-1618033988";
    private static readonly SecretMask Mask = SecretMask.For([], [KeyValuePair.Create("API_KEY", Key)]);
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(0)]
    [InlineData((4 * 1024 * 1024) - 9)]
    [InlineData((4 * 1024 * 1024) - 1)]
    [InlineData(9_000_000)]
    public void A_secret_is_overwritten_wherever_it_is(int position)
    {
        var before = new byte[10_000_000];
        Array.Fill(before, (byte)'x');
        byte[][] forms = [Encoding.UTF8.GetBytes(Key), Encoding.Unicode.GetBytes(Key)];
        forms[0].CopyTo(before, position);
        forms[1].CopyTo(before, position + 100);
        File.WriteAllBytes(_path, before);

        Assert.True(DumpMask.TryOverwrite(_path, Mask, new RecordingDeadline(TimeSpan.FromMinutes(1), CancellationToken.None)));

        var after = File.ReadAllBytes(_path);
        Array.Fill(before, (byte)'*', position, forms[0].Length);
        Array.Fill(before, (byte)'*', position + 100, forms[1].Length);
        Assert.True(before.AsSpan().SequenceEqual(after), "Other bytes were changed, or not all of the secret.");
    }

    [Fact]
    public void It_says_when_the_time_was_over_first()
    {
        File.WriteAllText(_path, Key);

        Assert.False(DumpMask.TryOverwrite(_path, Mask, new RecordingDeadline(TimeSpan.Zero, CancellationToken.None)));
    }
}
