"""The recipe of the built-in encoder: from pairs of texts to the model folder that the package ships."""
