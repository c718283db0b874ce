"""What callers have (a VIN, a label's sentence, an order's number, kilometres), read as facts. It never decides."""
