"""Who may ask: hosts, sites, origins, sockets, machines, and the token.

Each rule is a function over headers and the configuration. It imports `config` only.
"""
