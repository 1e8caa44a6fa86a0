using TestReaper.Secrets;

namespace TestReaper.Servers.Starting;

/// <summary>The GPUs that a server may use, according to the variables that the vendors' runtimes read.</summary>
internal static class VisibleGpu
{
    private const int MaxLength = 100;
    private static readonly string[] Variables =
        ["CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"];

    /// <summary>The first variable that is set: masked, without control characters, cut at 100 characters. Null if none is set.</summary>
    public static string? Read(IReadOnlyDictionary<string, string> environment, SecretMask mask) =>
        Variables.Select(variable => Clean(environment.GetValueOrDefault(variable, ""), mask)).FirstOrDefault(value => value.Length > 0);

    private static string Clean(string value, SecretMask mask)
    {
        var text = new string([.. mask.Mask(value).Where(character => !char.IsControl(character))]).Trim();
        return text.Length > MaxLength ? text[..MaxLength] + "..." : text;
    }
}
