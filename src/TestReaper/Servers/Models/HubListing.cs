using System.Net.Http.Headers;
using System.Text.Json;

namespace TestReaper.Servers.Models;

/// <summary>The files of a revision, as the hub lists them: GET /api/models/REPOSITORY/revision/REVISION.</summary>
/// <param name="Names">Null if the hub has not answered with a list.</param>
/// <param name="Reason">Why it has not.</param>
internal sealed record HubListing(IReadOnlyList<string>? Names, string Reason = "")
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static async Task<HubListing> ReadAsync(
        string repository, string revision, ToolEnvironment environment, CancellationToken cancellationToken)
    {
        var endpoint = (environment.Find("HF_ENDPOINT") ?? "https://huggingface.co").TrimEnd('/');
        try
        {
            using var http = new HttpClient { Timeout = Limit };
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"{endpoint}/api/models/{repository}/revision/{Uri.EscapeDataString(revision)}");
            if (await FindTokenAsync(environment, cancellationToken).ConfigureAwait(false) is { } token)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                return new HubListing(null, $"{endpoint} answered {(int)answer.StatusCode}");
            }

            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            return new HubListing(
                [.. json.RootElement.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString()!)]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HubListing(null, $"{endpoint} did not answer within {Limit.TotalSeconds:0} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new HubListing(null, $"{endpoint} did not answer: {error.Message.TrimEnd('.')}");
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or NotSupportedException)
        {
            return new HubListing(null, $"{endpoint} does not answer as the hub does");
        }
    }

    // As huggingface_hub's get_token finds it.
    private static async Task<string?> FindTokenAsync(ToolEnvironment environment, CancellationToken cancellationToken)
    {
        if ((environment.Find("HF_TOKEN") ?? environment.Find("HUGGING_FACE_HUB_TOKEN")) is { } set)
        {
            return set.Trim();
        }

        try
        {
            var path = environment.FindPath("HF_TOKEN_PATH") ?? Path.Combine(ModelDirectories.HuggingFaceHome(environment), "token");
            var token = (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
            return token.Length > 0 ? token : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
