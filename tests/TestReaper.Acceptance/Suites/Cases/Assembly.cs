#if PERTESTCASE
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
#endif
#if WHOLERUN
// The first attribute checks every class, the second the whole run.
[assembly: AssertReaped(timeout: 1, Exclusive = false)]
[assembly: AssertRunReaped(timeout: 1)]
#endif
