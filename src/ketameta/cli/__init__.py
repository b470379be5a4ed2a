"""The command line. One command is one file; `app` holds the table of them."""
