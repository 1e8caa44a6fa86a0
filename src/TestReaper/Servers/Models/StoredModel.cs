namespace TestReaper;

/// <summary>A model that is complete on this machine.</summary>
/// <param name="Directory">The directory that holds its files.</param>
/// <param name="WasFetched">Whether this call fetched it; false if it was complete before, or another process has fetched it.</param>
/// <param name="Bytes">The size of the files in the directory.</param>
public sealed record StoredModel(string Directory, bool WasFetched, long Bytes);
