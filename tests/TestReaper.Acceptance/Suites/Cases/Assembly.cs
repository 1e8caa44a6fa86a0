#if PERTESTCASE
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
#endif
