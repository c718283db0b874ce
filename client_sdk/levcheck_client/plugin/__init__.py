"""What a dealer management system or a rental system calls at the counter: go, hold, or ask.

plugin = DealerPlugin(client, star.RetailDeliveryReport())
decision = plugin.before_delivery(report)
while decision.action == "ask":
    decision = plugin.answer(decision, show_form(decision.questions))
if decision.action == "go":
    plugin.complete(decision)
else:
    show(decision.reason)
"""

from levcheck_client.plugin.answers import InvalidAnswer
from levcheck_client.plugin.counters import DealerPlugin, RentalPlugin
from levcheck_client.plugin.decision import Decision

__all__ = ["DealerPlugin", "Decision", "InvalidAnswer", "RentalPlugin"]
