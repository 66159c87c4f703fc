"""Parts of web.py."""
