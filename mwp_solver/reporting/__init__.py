"""Figures -> files that people and programs read: JSON, Markdown, HTML with plots."""
