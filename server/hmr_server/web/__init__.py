"""HTTP: requests in, responses out.

Each handler asks the environment, the client's files or the disk, and returns a response.
The folder may import everything below it; of what is above, `dev_server` and `hot_reload` import it.
"""
