r"""Editing the text of an order: a text that people write, and the raw document that it changes.

Pure functions on the standard library alone. The document is the decoded JSON of an order's file, kept as it
was imported, null values and order of keys included; nothing given is ever changed.

    text = text_format.sections_to_text(document["sections"])      # what the editor shows
    draft = text_format.text_to_sections(text)                     # or TextError, which names lines
    edit = carrying.edit_sections(document, draft.sections)        # edit.document, edit.carried

- ``escapes``, ``tables``, ``pasted_tables``, ``text_format``: the format, told in docs/backoffice-text.md.
- ``pasted_pages``: what a clipboard holds, in that format.
- ``drafts``, ``nodes``: the tree between text and document, and two of them side by side.
- ``alignment``, ``alinea_alignment``: which section and which alinea of the new tree is which of the old one.
- ``carrying``, ``shares``, ``reach``, ``carried``: what stands on sections follows them; what moved, stayed,
  was lost, or changed its reach.
- ``condition_values``, ``condition_form``, ``condition_building``: a condition as rows and groups, and back.
- ``parameters``, ``topic_edits``: what stands on a section is changed where it is, and nowhere else.
- ``references``: number and name of a section from the chain of its titles.
"""
