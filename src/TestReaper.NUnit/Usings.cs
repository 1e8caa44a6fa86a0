// Where the test frameworks differ in a name only.
global using NUnit.Framework;
global using TestOutputWriter = System.IO.TextWriter;
