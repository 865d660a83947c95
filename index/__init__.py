"""The write side: files become articles, passages, vectors and projections. It knows nothing of questions."""
