"""The formats that Chancery reads, one file each: how a file is recognised, opened and counted, within bounds.

Shared by intake, which counts and checks, and ocr, which reads: what the door let in, the reader opens alike.

Threat model. The sender is unknown and may be hostile: bytes and name are both his. The bytes reach C parsers
(pdfium, qpdf, libtiff, libjpeg, …), which must be expected to crash, hang, eat memory or be taken over. Therefore:

- nothing here runs in a worker's own process; the runtime gives each piece of work a child with limits;
- the order is size, type by content, structure, page sizes: each check is cheaper and safer than the next one;
- nothing is rendered or decoded here; page sizes come from headers, and are checked before anyone allocates pixels;
- the name is used for its extension alone; what leaves in `Rejected.details` are our own words and numbers.

Residual risks. A parse that succeeds says nothing about safety: scripts, launch actions and attachments inside
a PDF are neither looked for nor run. A parser that is taken over can do what the child may do. Bytes that follow
the document inside one file (polyglots) are not looked at; the first type that fits decides for every stage.
"""
