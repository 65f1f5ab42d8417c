"""What the functions and the command line share: the domain, the workflow, its ports, and the adapters behind them."""
