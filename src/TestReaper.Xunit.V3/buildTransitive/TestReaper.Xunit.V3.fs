module internal TestReaperRegistration

[<assembly: Xunit.TestFramework(typeof<TestReaper.Xunit.TestReaperFramework>)>]
do ()
