"""What people see in the terminal.

It turns events of the channel, acknowledgements and errors into lines.
Nothing below this folder knows how a line looks; it may import the channel and the environment.
"""
