"""Speaks to an OpenID provider: the only file that knows how. Code flow with PKCE; what it says is believed when it is
signed with the provider's own key for us, now, and as the answer to what we asked.

ProviderError
├── ProviderDownError     it does not answer, or not as its own description says: try again later
└── ProviderLiesError     an answer that must not be believed
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from handoff.access.ways import Provider

_SECONDS = 5
_LEEWAY = 60
#: Signed with a key that only the provider has: neither "none" nor our own secret.
ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "ES512", "PS384", "PS512"]
_SCOPE = "openid email profile"


class ProviderError(Exception):
    """The provider could not say who it is."""


class ProviderDownError(ProviderError):
    """The provider does not answer."""


class ProviderLiesError(ProviderError):
    """The provider's answer must not be believed."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is kept in the browser while it is away at the provider."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Question:
        """One that nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


class Client:
    """One provider. Its description and keys are fetched once, and the keys again when they have been changed."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._described: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    def address(self, question: Question, back: str) -> str:
        """Where to send the browser. Raises ProviderDownError."""
        url, _ = self._session(back).create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=question.state,
            code_verifier=question.verifier,
            nonce=question.nonce,
        )
        return str(url)

    def claims(self, code: str, question: Question, back: str, now: int) -> dict[str, Any]:
        """Who it is, proven. ``now`` in seconds. Raises ProviderError."""
        try:
            token = self._session(back).fetch_token(
                self._endpoint("token_endpoint"), code=code, code_verifier=question.verifier, timeout=_SECONDS
            )
        except AuthlibBaseError as error:
            raise ProviderLiesError(f"The code was not taken: {error.error}") from error
        except (requests.RequestException, ValueError) as error:
            raise ProviderDownError(type(error).__name__) from error
        return self.proven(str(token.get("id_token", "")), question.nonce, now)

    def proven(self, id_token: str, nonce: str, now: int) -> dict[str, Any]:
        """The claims of a token that is signed, for us, in time, and about this question. Raises ProviderError."""
        us = self._provider.client_id
        rules = {"iss": self._description()["issuer"], "aud": us, "nonce": nonce, "sub": None, "exp": None, "iat": None}
        asked: dict[str, Any] = {
            name: {"essential": True} | ({"value": value} if value else {}) for name, value in rules.items()
        }
        try:
            claims = self._decode(id_token).claims
            jwt.JWTClaimsRegistry(now=now, leeway=_LEEWAY, azp={"value": us}, **asked).validate(claims)
        except (JoseError, ValueError) as error:
            raise ProviderLiesError(type(error).__name__) from error
        return dict(claims)

    def leaving(self, back: str) -> str | None:
        """Where to send the browser to log out there too; None where the provider has no such place."""
        place = self._description().get("end_session_endpoint")
        told = {"client_id": self._provider.client_id, "post_logout_redirect_uri": back}
        return str(add_params_to_uri(place, told.items())) if place else None

    def _decode(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, ValueError):  # the provider has changed its keys
            self._keys = None
            return jwt.decode(id_token, self._key_set(), algorithms=ALGORITHMS)

    def _session(self, back: str) -> OAuth2Session:
        offered = self._description().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        return OAuth2Session(
            self._provider.client_id,
            self._provider.client_secret,
            scope=_SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method=way,
        )

    def _endpoint(self, name: str) -> str:
        place = self._description().get(name)
        if not place:
            raise ProviderDownError(f"It has no {name}")
        return str(place)

    def _description(self) -> Mapping[str, Any]:
        if self._described is None:
            told = _fetch(self._provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if str(told.get("issuer", "")).rstrip("/") != self._provider.issuer.rstrip("/"):
                raise ProviderDownError("It calls itself by another name than OIDC_ISSUER")
            self._described = told
        return self._described

    def _key_set(self) -> KeySet:
        if self._keys is None:
            fetched = _fetch(self._endpoint("jwks_uri"))
            try:
                self._keys = KeySet.import_key_set({"keys": fetched["keys"]})
            except (JoseError, KeyError, TypeError, ValueError) as error:
                raise ProviderDownError("Its keys cannot be read") from error
        return self._keys


def _fetch(url: str) -> dict[str, Any]:
    try:
        answer = requests.get(url, timeout=_SECONDS)
        answer.raise_for_status()
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderDownError(type(error).__name__) from error
    if not isinstance(told, dict):
        raise ProviderDownError("It does not describe itself")
    return told
