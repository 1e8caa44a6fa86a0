using System.Text.Json.Serialization;
using SampleServer.Processes;

namespace SampleServer.Http;

internal sealed record Health(string Status);

internal sealed record Model(string Id, string Object, string OwnedBy);

internal sealed record ModelList(string Object, Model[] Data);

internal sealed record CompletionRequest(string? Prompt, int? MaxTokens);

internal sealed record CompletionResponse(
    string Id, string Object, long Created, string Model, Choice[] Choices, Usage Usage);

internal sealed record Choice(int Index, string Text, string FinishReason);

internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens);

[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(CompletionResponse))]
[JsonSerializable(typeof(IEnumerable<ReadyFile>))]
internal sealed partial class WireJson : JsonSerializerContext;
