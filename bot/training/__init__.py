"""The training ground: what the sandbox holds at its first start, so that a newcomer has something to read and sign."""
