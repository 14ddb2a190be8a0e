"""Listens, decides and answers: the SMS side of Redningskrans."""
