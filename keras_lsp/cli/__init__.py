"""The command line.  Never learns of editors; what it prints comes from the layers below."""
