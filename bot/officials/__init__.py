"""Officials: what is addressed to the bodies they speak for."""
