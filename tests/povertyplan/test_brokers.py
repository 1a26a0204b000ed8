"""One REDIS_URL, in Celery's form and with another database."""

import pytest
from redis import ConnectionPool

from povertyplan.brokers import broker_url, redis_url_with_db


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("redis://cache.example:6379/2", "redis://cache.example:6379/2"),
        ("rediss://:word@cache.example/0", "rediss://:word@cache.example/0?ssl_cert_reqs=required"),
        ("rediss://cache.example/0?ssl_cert_reqs=none", "rediss://cache.example/0?ssl_cert_reqs=none"),
        ("unix:///run/redis.sock?db=1", "redis+socket:///run/redis.sock?virtual_host=1"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix://:p%40ss@/run/redis.sock?db=1", "redis+socket:///run/redis.sock?virtual_host=1&password=p%40ss"),
    ],
)
def test_broker_url(given: str, expected: str) -> None:
    assert broker_url(given) == expected


def test_broker_url_refuses_what_is_no_redis() -> None:
    with pytest.raises(ValueError, match="redis://, rediss:// or unix://"):
        broker_url("amqp://queue.example")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("redis://cache.example:6379/0", "redis://cache.example:6379/3"),
        ("rediss://:word@cache.example/0?ssl_cert_reqs=none&db=1", "rediss://:word@cache.example/3?ssl_cert_reqs=none"),
        ("unix:///run/a%20b/redis.sock?db=0", "unix:///run/a%20b/redis.sock?db=3"),
    ],
)
def test_redis_url_with_db(given: str, expected: str) -> None:
    assert redis_url_with_db(given, 3) == expected
    assert ConnectionPool.from_url(expected).connection_kwargs["db"] == 3
