"""One REDIS_URL, in the forms that its readers want. Imports nothing of the project, since settings.py reads it."""

from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit


def broker_url(redis_url: str) -> str:
    """The URL by which Celery reaches the server and database of `redis_url` (redis://, rediss:// or unix://).

    Raises ValueError for another scheme.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        query = dict(parse_qsl(parts.query))
        query["virtual_host"] = query.pop("db", "0")
        # Celery takes user and password of a socket from the query only.
        if parts.password:
            query["password"] = unquote(parts.password)
        return f"redis+socket://{parts.path}?{urlencode(query)}"
    if parts.scheme == "rediss" and "ssl_cert_reqs" not in parts.query:
        # Celery demands that it is said; unsaid it must mean what redis-py takes it for.
        return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), ("ssl_cert_reqs", "required")])))
    if parts.scheme not in {"redis", "rediss"}:
        raise ValueError(f"REDIS_URL must begin with redis://, rediss:// or unix://, not {parts.scheme}://")
    return redis_url


def redis_url_with_db(redis_url: str, database: int) -> str:
    """`redis_url` with another database number, for what must not share keys with the broker.

    A cache, for one, is emptied as a whole.
    """
    parts = urlsplit(redis_url)
    others = [(name, value) for name, value in parse_qsl(parts.query) if name != "db"]
    if parts.scheme == "unix":
        # By hand, for urlunsplit drops the two slashes of a URL without a host.
        return f"unix://{parts.netloc}{parts.path}?{urlencode([*others, ('db', str(database))])}"
    return urlunsplit(parts._replace(path=f"/{database}", query=urlencode(others)))
