using SampleServer.Processes;

namespace SampleServer.Http;

internal static class Endpoints
{
    private const int CrashExitCode = 3;

    public static void Map(WebApplication app, Options options, Fleet fleet)
    {
        var requests = 0;

        app.MapGet("/health", () => fleet.Ready.IsCompleted
            ? Results.Ok(new Health("ok"))
            : Results.Json(new Health("starting"), statusCode: StatusCodes.Status503ServiceUnavailable));

        app.MapGet("/processes", () => fleet.Processes);

        app.MapGet("/v1/models", () => new ModelList("list", [new Model(Completion.Model, "model", "sample")]));

        app.MapPost("/v1/completions", (CompletionRequest request) =>
        {
            var number = Interlocked.Increment(ref requests);

            if (number == options.CrashAfter)
            {
                new Log(Roles.Launcher).Fail("CUDA error: an illegal memory access was encountered");
                Environment.Exit(CrashExitCode);
            }

            return Completion.Of(request, number);
        });
    }
}
