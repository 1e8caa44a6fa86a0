namespace TestReaper.Platform;

/// <summary>Whether a file is locked.</summary>
/// <param name="IsHeld">Null if that cannot be told.</param>
/// <param name="Holder">Who has it, where known.</param>
/// <param name="Reason">Why it cannot be told.</param>
internal readonly record struct LockState(bool? IsHeld, int? Holder = null, string Reason = "");
