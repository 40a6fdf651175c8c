"""The sources of texts as editors meet them: imported into the editor, never saved by themselves."""
