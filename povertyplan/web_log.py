"""The web server's own logs, the requests and the errors, without what the process's log may not say either."""

from typing import Any

from gunicorn.glogging import Logger

from organisation.logs import WithoutTexts


class WebLog(Logger):
    """For gunicorn's --logger-class: the formats stay as they are asked for, but each line is looked through."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                if usual := handler.formatter:
                    handler.setFormatter(WithoutTexts(usual._fmt, usual.datefmt))
