using Provost.Browser.Tests.Town;

// one browser and one server on two cores: tests one after another are as fast and say where they failed
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(GovernedTown))]
