using System.Net;
using System.Text.Json;
using SampleServer.Processes;

namespace SampleServer.Http;

internal static class HttpServer
{
    public static async Task<WebApplication> StartAsync(Options options, Fleet fleet)
    {
        // The slim builder watches appsettings.json, and many servers in parallel exhaust the user's inotify instances.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.TypeInfoResolver = WireJson.Default;
        });

        var app = builder.Build();
        Endpoints.Map(app, options, fleet);
        await app.StartAsync();

        return app;
    }
}
