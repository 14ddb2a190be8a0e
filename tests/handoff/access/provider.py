"""A little OpenID provider on this machine: it asks nobody for anything, signs with RS256, checks PKCE, and can lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "redningskrans", "an invented client secret"


@dataclass
class OpenIdProvider:
    """Who is logged in there, and what it says that it should not."""

    now: int
    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "mette-1"})
    lies: dict[str, Any] = field(default_factory=dict)  #: claims of the token that are put in place of the right ones
    algorithm: str = "RS256"
    is_down: bool = False
    refuses: bool = False  #: the person says no
    left: list[dict[str, str]] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    signs_with: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def describe(self) -> ResponseReturnValue:
        if self.is_down:
            return "Ude af drift", 503
        at = self.issuer
        return jsonify(
            issuer=at,
            authorization_endpoint=f"{at}/authorize",
            token_endpoint=f"{at}/token",
            jwks_uri=f"{at}/keys",
            end_session_endpoint=f"{at}/leave",
            id_token_signing_alg_values_supported=["RS256", "none", "HS256"],
        )

    def keys(self) -> ResponseReturnValue:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def authorize(self) -> ResponseReturnValue:
        """Its log-in page, on which somebody has just logged in."""
        asked = request.args.to_dict()
        if self.refuses:
            return redirect(f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}")
        code = secrets.token_urlsafe(8)
        self.asked[code] = asked
        return redirect(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    def token(self) -> ResponseReturnValue:
        asked = self.asked.pop(request.form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(request.form["code_verifier"].encode()).digest()).rstrip(b"=")
        known = request.authorization
        is_ours = known is not None and (known.username, known.password) == (CLIENT, SECRET)
        if asked is None or not is_ours or proof.decode() != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        if asked["code_challenge_method"] != "S256" or asked["redirect_uri"] != request.form["redirect_uri"]:
            return jsonify(error="invalid_request"), 400
        return jsonify(access_token="x", token_type="Bearer", expires_in=60, id_token=self.id_token(asked["nonce"]))

    def id_token(self, nonce: str) -> str:
        right = {"iss": self.issuer, "aud": CLIENT, "nonce": nonce, "iat": self.now, "exp": self.now + 300}
        claims = {k: v for k, v in (right | self.person | self.lies).items() if v is not None}
        if self.algorithm == "none":
            parts = (f'{{"alg":"none","kid":"{self.key.kid}"}}', json.dumps(claims), "")
            return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.signs_with or self.key)

    def leave(self) -> ResponseReturnValue:
        self.left.append(request.args.to_dict())
        return "Farvel"


@contextmanager
def serving(provider: OpenIdProvider) -> Iterator[OpenIdProvider]:
    """The provider on a port of its own."""
    app = Flask("provider", static_folder=None)
    for path, view in (
        ("/.well-known/openid-configuration", provider.describe),
        ("/keys", provider.keys),
        ("/authorize", provider.authorize),
        ("/leave", provider.leave),
    ):
        app.add_url_rule(path, view_func=view, endpoint=path)
    app.add_url_rule("/favicon.ico", view_func=lambda: ("", 204))
    app.add_url_rule("/token", view_func=provider.token, methods=["POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join(5)
    server.server_close()
