"""The nouns and the rules of shipping: pure, standard library and pydantic only."""
