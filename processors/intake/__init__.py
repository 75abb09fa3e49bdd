"""The door: is this upload a document that Chancery reads, and how many pages has it?

The threat model of opening a stranger's file stands at the top of `processors/formats/`.
"""
