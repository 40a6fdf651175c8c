"""The preview: an order of the back-office as inspectors will read it, under given values or for a site."""
