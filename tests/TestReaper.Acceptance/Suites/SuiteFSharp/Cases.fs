namespace Cases.LeakBare

open System
open System.Diagnostics
open System.IO
open System.Threading
open TestReaper.Xunit
open Xunit

/// F# runs no source generators, so the package registers its framework through MSBuild.
[<AssertReaped(1)>]
type LeakBareTests() =

    [<Fact>]
    member _.``It leaks a process``() =
        let registry = Environment.GetEnvironmentVariable "ACCEPTANCE_REGISTRY"
        let program = Environment.GetEnvironmentVariable "ACCEPTANCE_PROGRAM"
        let start = ProcessStartInfo(program, [ "--registry"; registry; "--role"; "leak-bare" ])
        Process.Start start |> ignore
        Assert.True(SpinWait.SpinUntil((fun () -> Directory.GetFiles(registry, "leak-bare-*").Length > 0), TimeSpan.FromSeconds 20.0))
