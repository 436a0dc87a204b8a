"""A package that tests unpack and install."""

NAME = "sample"
