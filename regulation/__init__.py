"""The law: which ministerial orders bind an installation, and what they say for it.

Pure functions of orders and classements, on the standard library alone: no database, no environment, no
network. The rules are told in docs/rules.md. Where to look:

- ``order``: the tree of an order (`Order`, `Section`, `Alinea`, `Table`), immutable; ``order_file`` reads
  it from its JSON file with errors that name the file and the place; ``archive`` reads a ZIP or a folder
  of such files, safely.
- ``classement``: a line of classification (`Classement`), its parameters, volumes.
- ``applicability``: `OrderIndex` says which orders are listed for classements, and why.
- ``personalise``: `Personaliser` gives the order as it reads under parameters.
- ``warnings``: every warning as data, and its French sentence.
- ``topics``, ``prescriptions``, ``markup``: topics of sections, addressable alineas, collections of picks,
  safe links.
- ``consistency``: errors, warnings, conflicts and notes on orders about to be published.
"""
