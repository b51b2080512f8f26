"""Places: the administrative units of Kazakhstan, finding them in free text, and the bodies they have."""
