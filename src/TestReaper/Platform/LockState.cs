namespace TestReaper.Platform;

/// <summary>Whether a file is locked.</summary>
/// <param name="IsHeld">Null if that is unknown.</param>
/// <param name="Holder">The holder, if known.</param>
/// <param name="Reason">Why it is unknown.</param>
internal readonly record struct LockState(bool? IsHeld, int? Holder = null, string Reason = "");
