#if PERTESTCASE
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
#endif
#if WHOLERUN
// For every class, and for the whole run.
[assembly: AssertReaped(timeout: 1, Exclusive = false)]
[assembly: AssertRunReaped(timeout: 1)]
#endif
