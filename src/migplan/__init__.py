"""migplan: plan how to move file servers to the cloud."""

__version__ = "0.1.0"
