"""The code that functions and command line share: the domain, the workflow, its ports, and the adapters behind them."""
