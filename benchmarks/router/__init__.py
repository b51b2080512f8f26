"""The competence router's labelled texts, its training and its judgement."""
