"""What a file may hold that acts, hides or fetches: found here, judged by the agency's policy.

One file per kind of container; each says which `Finding`s are in a file, and none judges. Nothing here runs,
renders or fetches: it reads structure, within the bounds that `formats/` sets.

Residual risks. What hides in a parser's bug is not a structure, and is what the sandbox is for. Objects inside
objects of old office files are looked at one level deep. A document whose text talks people into something passes.
"""
