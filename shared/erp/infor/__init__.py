"""Infor CloudSuite M3 through the ION API gateway: purchase orders are read, shipping facts written beside them."""
