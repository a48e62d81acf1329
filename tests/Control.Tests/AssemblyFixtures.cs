using Provost.Testing;

[assembly: AssemblyFixture(typeof(TestCluster))]
