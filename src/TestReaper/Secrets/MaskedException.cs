namespace TestReaper.Secrets;

/// <summary>Stands for an exception whose texts hold a secret: test frameworks print inner exceptions one by one.</summary>
internal sealed class MaskedException(string message, string text, Exception? inner) : Exception(message, inner)
{
    public override string ToString() => text;
}
