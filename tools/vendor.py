"""Fetch the front-end files that the web pages use, into handoff/static/vendor/, with their licences.

Rule: what is committed there is exactly what this script makes from the pinned packages; manifest.json says so,
file by file, and a test compares. Run it (it needs npm) only to change a version: python3 tools/vendor.py
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "handoff" / "static" / "vendor"
STYLE = "dkfds/css/dkfds.min.css"
WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")
FONTS = tuple(f"fonts/IBMPlexSans/complete/woff2/IBMPlexSans-{weight}.woff2" for weight in WEIGHTS)


@dataclass(frozen=True)
class Package:
    """An npm package, the sha512 it must have, and which of its files go where (below VENDOR)."""

    name: str
    version: str
    integrity: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "htmx.org",
        "2.0.11",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
    ),
    Package(
        "htmx-ext-sse",
        "2.2.4",
        "sha512-LJmxVhykyflBWgh5PvbRidcyuqMHlgfajmmzumvKctv9puvsufeH6OaejSMZTNTnEI8O2wXXn4ZZtBdpEMqmEQ==",
        {"dist/sse.min.js": "htmx-ext-sse/sse.min.js", "LICENSE": "htmx-ext-sse/LICENSE"},
    ),
    Package(
        "dkfds",
        "11.2.0",
        "sha512-JuVf8NjEOeF+TKIhEFXa3BfZvk1ulQM8+XN+6QhgDo6kiwwvupyBY34YU4FglBeyFWHbE5mYDmnrcYTWOSKkEA==",
        {
            "LICENSE.md": "dkfds/LICENSE.md",
            "dist/css/dkfds.min.css": STYLE,
            "dist/js/dkfds.min.js": "dkfds/js/dkfds.min.js",
            "dist/img/all-svg-icons.svg": "dkfds/img/all-svg-icons.svg",
            **{f"dist/{font}": f"dkfds/{font}" for font in FONTS},
        },
    ),
    # The next two give only the full licence texts that dkfds names for its fonts and icons but does not ship.
    Package(
        "@fontsource/ibm-plex-sans",
        "5.3.0",
        "sha512-CbE4CbbEEZJX860XyUiRpsksXIQR8Rp2XDva2VO53NJox9tVNtusrysd2x5YkUEY3ErQ66W1IiiQL8/wihhw5w==",
        {"LICENSE": "dkfds/fonts/OFL.txt"},
    ),
    Package(
        "material-icons",
        "1.13.14",
        "sha512-kZOfc7xCC0rAT8Q3DQixYAeT+tBqZnxkseQtp2bxBxz7q5pMAC+wmit7vJn1g/l7wRU+HEPq23gER4iPjGs5Cg==",
        {"LICENSE": "dkfds/img/LICENSE-Apache-2.0.txt"},
    ),
    # For what is printed: typst reads no woff2, and IBM's own packages have no ttf any more.
    Package(
        "@expo-google-fonts/ibm-plex-sans",
        "0.4.1",
        "sha512-allsuhZbvKoKDTB/U8creFVYYzhI97Nw9MgyyNjFzqISNc/sURpA7ZY37Rr+IRI567OV9BWQ/ioUCjAQrVGRbw==",
        {
            "400Regular/IBMPlexSans_400Regular.ttf": "plex/IBMPlexSans-Regular.ttf",
            "600SemiBold/IBMPlexSans_600SemiBold.ttf": "plex/IBMPlexSans-SemiBold.ttf",
            "LICENSE_FONT": "plex/LICENSE-OFL.txt",
        },
    ),
    Package(
        "@expo-google-fonts/ibm-plex-sans-arabic",
        "0.4.2",
        "sha512-Cx24iSo/4pWBKHVf69tbVLDUiHWCSTHrhKPw/+SYWLDnyiX10WXh+amNWRSo9N3ruwd+qk9AQgDaIY1KO0u1Ig==",
        {"400Regular/IBMPlexSansArabic_400Regular.ttf": "plex/IBMPlexSansArabic-Regular.ttf"},
    ),
)


def main() -> None:
    fresh = {}
    for package in PACKAGES:
        fresh.update(contents(package))
    if VENDOR.exists():
        shutil.rmtree(VENDOR)
    for name, data in fresh.items():
        (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
        (VENDOR / name).write_bytes(data)
    (VENDOR / "manifest.json").write_text(manifest(fresh), encoding="utf-8")
    print(f"{len(fresh)} files, {sum(map(len, fresh.values())) // 1024} kB in {VENDOR}")


def contents(package: Package) -> dict[str, bytes]:
    """The files we take of a package, by their path below VENDOR."""
    with tempfile.TemporaryDirectory() as folder:
        archive = pack(package, Path(folder))
        with tarfile.open(archive) as tar:
            taken = {ours: read(tar, theirs) for theirs, ours in package.files.items()}
            if STYLE in taken:
                taken[STYLE] = without_missing_fonts(taken[STYLE])
                taken.update((f"dkfds/{image}", read(tar, f"dist/{image}")) for image in images(taken[STYLE]))
    return taken


def pack(package: Package, folder: Path) -> Path:
    """The package's archive, refused unless it has the pinned sha512."""
    subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = folder.glob("*.tgz")
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        sys.exit(f"{package.name} {package.version}: expected {package.integrity}, got {found}. Nothing was changed.")
    return archive


def read(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(f"package/{name}")
    if member is None:
        sys.exit(f"{name} is not a file in the package. Nothing was changed.")
    return member.read()


def without_missing_fonts(css: bytes) -> bytes:
    """Name only the fonts that are shipped: elsewise every page asks for an .eot, a .woff and the italics, in vain."""
    text = re.sub(r"@font-face\{[^}]*font-style:italic[^}]*\}", "", css.decode())
    text = re.sub(r"@font-face\{[^}]*url\([^}]*\}", only_woff2, text)
    return re.sub(r"\n?/\*# sourceMappingURL=\S+\*/", "\n", text).encode()


def only_woff2(face: re.Match[str]) -> str:
    """The same rule with one source: Regular lists five, and a browser takes the first it knows."""
    source = re.search(r'url\([^)]+\.woff2\) format\("woff2"\)', face[0])
    if source is None:
        sys.exit(f"a font without woff2: {face[0]}. Nothing was changed.")
    return re.sub(r"src:[^;}]*(?=[;}])", lambda _: f"src:{source[0]}", face[0])


def images(css: bytes) -> list[str]:
    """The pictures that a style sheet refers to."""
    return sorted(set(re.findall(r"url\(\.\./(img/[\w./-]+)\)", css.decode())))


def manifest(files: dict[str, bytes]) -> str:
    packages = [{"name": p.name, "version": p.version, "integrity": p.integrity} for p in PACKAGES]
    sums = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    changed = {STYLE: "fonts that are not shipped and the source map's address are taken out"}
    return json.dumps({"packages": packages, "changed": changed, "sha256": sums}, indent=2) + "\n"


if __name__ == "__main__":
    main()
