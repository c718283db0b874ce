"""levcheck: may this vehicle change hands in Virginia under 9VAC5-95?"""

__version__ = "0.1.0"
