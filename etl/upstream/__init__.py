"""What the sources of ministerial orders have in common: asking, paragraphs, structure, and watching them."""
