// The names that differ between xUnit v2 and v3.
global using Xunit;
global using Xunit.Sdk;
global using Xunit.v3;
global using LifetimeTask = System.Threading.Tasks.ValueTask;
global using TestOutputWriter = Xunit.ITestOutputHelper;
