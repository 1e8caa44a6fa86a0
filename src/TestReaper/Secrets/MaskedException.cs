namespace TestReaper.Secrets;

/// <summary>Replaces an exception whose texts contain a secret. Test frameworks print each inner exception, so all are replaced.</summary>
internal sealed class MaskedException(string message, string text, Exception? inner) : Exception(message, inner)
{
    public override string ToString() => text;
}
