"""What a result tells beside its verdict: summary, documents, duties, remedies, advisories. Nothing here decides."""
