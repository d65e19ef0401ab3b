"""What a restarted server continues with: the journal, the graph's stamps, the files that pages hold.

The keeper decides when to save; the store reads and writes.
The folder may import the channel, the environment and what is below them.
"""
