"""moto 5.1.1 as a server for tests, with the gaps closed that stand between it and `cdk deploy`."""
