// The names that differ between xUnit v2 and v3. The files of this folder itself are compiled for both; those of Framework/ for v2 only.
global using Xunit;
global using Xunit.Abstractions;
global using Xunit.Sdk;
global using LifetimeTask = System.Threading.Tasks.Task;
global using TestOutputWriter = Xunit.Abstractions.ITestOutputHelper;
