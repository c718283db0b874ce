"""Messages of the systems that dealers and rental agencies run, as transactions of the contract.

Each format is a module of its own and is imported by name: `from levcheck_client.adapters import star`.
"""

from levcheck_client.adapters.adapted import Adapted, AdapterError, Contradiction, Ignored, Missing
from levcheck_client.adapters.adapter import Adapter, Message

__all__ = ["Adapted", "Adapter", "AdapterError", "Contradiction", "Ignored", "Message", "Missing"]
