"""Signed as the specification says: its own example comes out right."""

from bot.hooks.signature import as_secret, sign

#: From the specification's reference libraries (standard-webhooks, test vectors of the HMAC scheme).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CALL, SECONDS, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_the_example_of_the_specification_comes_out_right():
    assert sign(SECRET, CALL, SECONDS, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_another_call_time_body_or_secret_is_another_signature():
    ours = sign(SECRET, CALL, SECONDS, BODY)
    others = {
        sign(as_secret(b"x" * 24), CALL, SECONDS, BODY),
        sign(SECRET, "msg_2", SECONDS, BODY),
        sign(SECRET, CALL, SECONDS + 1, BODY),
        sign(SECRET, CALL, SECONDS, BODY + b" "),
    }
    assert len(others) == 4
    assert ours not in others
