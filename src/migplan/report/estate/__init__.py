"""The plan of an estate as people look at it: terminal, report, charts and calendar."""
