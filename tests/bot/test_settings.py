"""One Settings, from the environment; a demo's secrets are invented once and kept beside the data."""

import pytest

from bot.settings import Settings, SettingsError


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.model_construct(database_url=f"sqlite:///{tmp_path}/data.db")


def test_a_missing_secret_stops_the_start_with_its_name(settings: Settings):
    with pytest.raises(SettingsError, match=r"SECRET_KEY.*TWILIO_AUTH_TOKEN"):
        settings.check()


def test_a_demo_has_all_it_needs(settings: Settings):
    demo = settings.with_demo(8123)

    demo.check()
    assert demo.demo
    assert demo.public_url == "http://localhost:8123"
    assert demo.twilio_api_url == "http://localhost:8123/simulator/twilio"


def test_a_second_start_keeps_the_secrets_and_moves_the_port(settings: Settings):
    first, second = settings.with_demo(8123), settings.with_demo(8124)

    assert (first.secret_key, first.twilio_auth_token) == (second.secret_key, second.twilio_auth_token)
    assert second.public_url == "http://localhost:8124"


def test_every_other_command_finds_the_demos_secrets_beside_the_data(settings: Settings, monkeypatch):
    demo = settings.with_demo(8123)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)

    found = Settings.from_env()

    assert found.demo
    assert found.twilio_auth_token == demo.twilio_auth_token


def test_what_the_environment_says_wins_over_a_demos_secrets(settings: Settings, monkeypatch):
    settings.with_demo(8123)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "given")

    assert Settings.from_env().twilio_auth_token == "given"


def test_the_kept_secrets_are_for_the_owner_only(settings: Settings, tmp_path):
    settings.with_demo(8123)

    [file] = tmp_path.glob("*.demo.env")
    assert file.stat().st_mode & 0o077 == 0


def test_the_data_folder_is_beside_the_database(settings: Settings, tmp_path):
    assert settings.var == tmp_path
