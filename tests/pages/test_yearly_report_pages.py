"""Yearly reports through the client: who sees what, what the forms take, and what becomes of a report."""
