"""The formats that Chancery reads, one file each: how a file is recognised, opened and counted, within bounds.

Shared by intake, which counts and checks, and ocr, which reads: what the door let in, the reader opens alike.
PDF, pictures and UTF-8 text have pages of their own. Of everything else a rendition is made at the door, once: a
PDF of office files and web pages, a text of mails, archives and other encodings. Files inside a mail or an archive
come through the door again, as documents of their own.

Threat model. The sender is unknown and may be hostile: bytes and name are both his. The bytes reach C parsers
(pdfium, qpdf, libtiff, libjpeg, …) and LibreOffice, which must be expected to crash, hang, eat memory or be taken
over. Therefore:

- nothing here runs in a worker's own process; the runtime gives each piece of work a child with limits;
- the order is size, type by content, structure, page sizes: each check is cheaper and safer than the next one;
- nothing is rendered or decoded here; page sizes come from headers, and are checked before anyone allocates pixels;
- what is packed is counted while it unpacks, archives within archives together: no header is believed;
- a file from inside another is written under a number of ours; its own name is shown, and never a path;
- LibreOffice is told which filter reads, gets a profile that is thrown away, and a bound on its time; macros are
  off, and nothing outside the document is read for it, from a network or from this machine (`soffice_profile.py`);
- the name is used for its extension alone; what leaves in `Rejected.details` are our own words and numbers.

Residual risks. A parse that succeeds says nothing about safety: what acts, hides or fetches is looked for by whom
`Terms.inspect` names (`intake/threats/`), and run by nobody. A parser that is taken over can do what the child may
do, and LibreOffice is the largest of them. Mails within mails are bounded in depth and each in number, but not
counted together as archives are.
"""
