"""Errors as answers, and as messages to the people who can mend them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hmr_client.wire.payloads import ErrorDetails, ErrorPayload

from ..admission.rules import Site
from ..config import ServerConfig
from ..exceptions import OutdatedRequest, TransformError
from ..files.access import AccessDenied, BadPath, NoSuchPath
from .pages.error_page import error_page
from .site_rules import SiteRules

Answer = Callable[[Request], Awaitable[Response | None]]

_logger = logging.getLogger(__name__)


class Failures:
    """Answers for what went wrong.

    Args:
        config: The server's configuration.
        rules: Know whose page asks.
        push_error: Shows an error in the pages and in the terminal.
        print_error: Shows an error in the terminal alone.
    """

    def __init__(
        self,
        config: ServerConfig,
        rules: SiteRules,
        push_error: Callable[[ErrorPayload], object],
        print_error: Callable[[ErrorDetails], object],
    ) -> None:
        self._config = config
        self._rules = rules
        self._push_error = push_error
        self._print_error = print_error

    async def answer_safely(self, request: Request, answer: Answer) -> Response | None:
        """Return what `answer` answers, or what its error becomes."""
        try:
            return await answer(request)
        except BadPath as error:
            return PlainTextResponse(f"400: {error}", status_code=400)
        except NoSuchPath as error:
            return PlainTextResponse(f"404: {error}", status_code=404)
        except AccessDenied as error:
            return PlainTextResponse(f"403: {error}", status_code=403)
        except OutdatedRequest as error:
            return PlainTextResponse(str(error), status_code=504)
        except TransformError as error:  # the environment has sent it to the pages
            if self._rules.site(request) is Site.PERSON:
                self._print_error(error.details)
            return self._error_page(request, error.details)
        except Exception as error:  # a plugin's or ours: the server stays up and says what it was
            _logger.exception("%s %s failed", request.method, request.url.path)
            details = ErrorDetails(message=f"{type(error).__name__}: {error}", plugin="hmr-server")
            return self.page(request, details)

    def page(self, request: Request, details: ErrorDetails) -> Response:
        """Show an error to the pages or to the person who caused it; return a page of it."""
        self._tell(request, details)
        return self._error_page(request, details)

    def _error_page(self, request: Request, details: ErrorDetails) -> Response:
        return error_page(self._config, details, shows_paths=self._rules.sees_paths(request))

    def _tell(self, request: Request, details: ErrorDetails) -> None:
        """Show an error to those who can have caused it: any site can send a request that fails."""
        match self._rules.site(request):
            case Site.OWN:
                self._push_error(ErrorPayload(err=details))
            case Site.PERSON:  # sees it in the answer
                self._print_error(details)
            case _:
                _logger.debug("not shown, because another page asked: %s", details.message)
