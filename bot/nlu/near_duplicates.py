"""Messages that are nearly the same: the cosine of their counts of three-letter pieces. A training set has none.

Texts swapped in one slot teach a classifier nothing and flatter a score. Only training and tests load this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bot.nlu.folding import fold

#: From here on two messages are one.
ALIKE = 0.85
_ROWS = 1_000


def near_duplicates(texts: Sequence[str], alike: float = ALIKE) -> Iterator[tuple[int, int, float]]:
    """Pairs of places in ``texts``, the earlier first, with how alike (0-1) they are, where that is above ``alike``."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    counted = CountVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=(3, 3)).fit_transform(texts)
    rows = normalize(counted).tocsr()
    for start in range(0, len(texts), _ROWS):
        alike_here = (rows[start : start + _ROWS] @ rows.T).tocoo()
        close = (alike_here.data > alike) & (alike_here.row + start < alike_here.col)
        found = zip(alike_here.row[close] + start, alike_here.col[close], alike_here.data[close], strict=True)
        yield from ((int(one), int(other), float(np.round(how, 3))) for one, other, how in found)
