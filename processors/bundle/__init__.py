"""What a disconnected site needs, as one signed file: listed, packed, verified.

`wanted` says what there is to want, `collecting` finds it on this machine, `writing` packs it, `verifying` holds a
bundle to its manifest. Packing needs a checkout; verifying needs the bundle and a public key.
"""
