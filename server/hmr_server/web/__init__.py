"""HTTP: requests in, responses out.

Each handler asks the environment, the client's files or the disk, and returns a response.
The folder may import everything below it; of the folders above, only `app`, `hot_reload` and the command import it.
"""
