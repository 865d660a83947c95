"""The measuring side: question sets, measures, runs, benchmarks, and the fitting of the shipped weights."""
