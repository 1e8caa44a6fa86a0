// Where xUnit v2 and v3 differ in a name only.
global using Xunit;
global using TestOutputWriter = Xunit.Abstractions.ITestOutputHelper;
