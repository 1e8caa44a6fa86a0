using System.Collections;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using TestReaper.Reaping;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>A start works on a copy: a process that the caller starts from the same object gets no scope.</summary>
public sealed class StartInfoCopyTests : RealTrees
{
    private const string Scope = "TESTREAPER_SCOPE";

    /// <summary>Uses reflection, so that it also covers the properties of a later .NET.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Every_public_property_is_copied()
    {
        await Task.CompletedTask;
        var source = new ProcessStartInfo("/bin/program", ["one", "two words"]);
        foreach (var property in Properties().Where(property => property.CanWrite && property.Name is not ("FileName" or "Arguments")))
        {
            Set(property, source);
        }

        source.Environment["NAME"] = "value";
        source.Environment.Remove("PATH");

        var copy = StartInfoCopy.Create(source);

        Assert.Equal("value", copy.Environment["NAME"]);
        Assert.False(copy.Environment.ContainsKey("PATH"));
        Assert.All(Properties(), property => Assert.Equal(Get(property, source), Get(property, copy)));
        Assert.NotSame(source.ArgumentList, copy.ArgumentList);
        Assert.NotSame(source.Environment, copy.Environment);
        Assert.Equal("a b", StartInfoCopy.Create(new ProcessStartInfo("/bin/program", "a b")).Arguments);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_the_caller_starts_from_the_same_object_lives_on()
    {
        var info = Info();
        info.ArgumentList[3] = "own";
        info.Environment.Remove(Scope);
        var reaper = new ProcessReaper(AtOnce);
        var own = new List<Process>();
        using var started = new ManualResetEventSlim();
        var starts = Task.Run(() =>
        {
            // At least once: on a busy machine this task may begin late.
            do
            {
                own.Add(Process.Start(info)!);
            }
            while (!started.IsSet);
        });

        for (var i = 0; i < 20; i++)
        {
            reaper.Start(info).Dispose();
        }

        started.Set();
        await starts;
        await Registry.WaitForEntriesAsync(20 + own.Count);
        await reaper.ReapAsync();

        Assert.NotEmpty(own);
        Registry.AssertAlive("own", own.Count);
        Assert.All(own, process => Assert.False(process.HasExited));
        own.ForEach(process =>
        {
            process.Kill();
            process.Dispose();
        });
    }

    /// <summary>The first read of Environment copies the variables of this process; later changes would be lost.</summary>
    [Fact(Timeout = 30_000)]
    public async Task An_environment_that_the_caller_never_read_stays_unset()
    {
        var info = Info();
        var reaper = new ProcessReaper(AtOnce);
        reaper.Start(info).Dispose();

        Environment.SetEnvironmentVariable("SET_AFTER_BY_STARTINFOCOPYTESTS", "1");
        try
        {
            Assert.Equal("1", info.Environment["SET_AFTER_BY_STARTINFOCOPYTESTS"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SET_AFTER_BY_STARTINFOCOPYTESTS", null);
        }

        await reaper.ReapAsync();
    }

    private static IEnumerable<PropertyInfo> Properties() =>
        typeof(ProcessStartInfo).GetProperties().Where(property => property.CanRead && property.Name != nameof(ProcessStartInfo.Verbs));

    // A value other than the default, if this operating system has the property.
    private static void Set(PropertyInfo property, ProcessStartInfo target)
    {
        object value = property.PropertyType switch
        {
            var type when type == typeof(bool) => Get(property, target) is not true,
            var type when type == typeof(string) => $"my {property.Name}",
            var type when type == typeof(Encoding) => Encoding.Latin1,
            var type when type == typeof(nint) => (nint)42,
            var type when type == typeof(ProcessWindowStyle) => ProcessWindowStyle.Hidden,
            var type when type == typeof(System.Security.SecureString) => new System.Security.SecureString(),
            var type => throw new NotSupportedException(
                $"{property.Name} ({type}) is new: give it a value here, and see whether it is copied."),
        };
        try
        {
            property.SetValue(target, value, BindingFlags.DoNotWrapExceptions, null, null, null);
        }
        catch (PlatformNotSupportedException)
        {
            // Windows credentials.
        }
    }

    private static object? Get(PropertyInfo property, ProcessStartInfo info)
    {
        try
        {
            var value = property.GetValue(info, BindingFlags.DoNotWrapExceptions, null, null, null);
            return value is not string and IEnumerable items ? string.Join('\n', items.Cast<object>().Select(Text).Order()) : value;
        }
        catch (PlatformNotSupportedException)
        {
            return "not on this operating system";
        }
    }

    private static string Text(object item) => item is DictionaryEntry pair ? $"{pair.Key}={pair.Value}" : $"{item}";
}
