"""Making the PDF of a document. Empty on purpose: the sandbox is imported from here and must not load Django."""
