"""The sections of a report, one file each; every section is a function of the finished plan."""
