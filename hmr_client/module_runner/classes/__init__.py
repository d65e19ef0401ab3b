"""Identity of classes: a live class gets what its new version has, and its instances follow.

`building` lets a class statement fill the live class, `merging` merges a class that was made a second time.
The folder may import `objects` and what is below it.
"""
