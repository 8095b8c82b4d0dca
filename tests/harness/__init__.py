"""What scenarios, chaos tests, benchmarks and the playground share: a simulated server, its members, bot processes."""
