namespace SampleServer;

internal sealed class OptionException(string message) : Exception(message);
