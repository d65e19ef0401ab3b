"""One update of a program, from its plan to commit or rollback.

`updater` drives it, `visiting` goes through the modules in order, `execution` runs their changed statements.
The folder may import everything below it; only the runner imports it.
"""
