"""Polls: what the ERP changed is read, claimed and followed until its label."""
