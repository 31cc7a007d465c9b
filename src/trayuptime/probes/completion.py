"""`completion`: one short streamed answer, billed; timed until its first data, read until its own end."""

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from traceback import format_exc
from typing import Any
from urllib.parse import quote

from trayuptime.config.values import Completion, ProviderConfig
from trayuptime.core.evidence import Question, Stream
from trayuptime.core.model import Key, Level, Surface, Usage
from trayuptime.net.events import SPLITTERS, Event, Framing
from trayuptime.net.transport import Request
from trayuptime.probes.ask import Order
from trayuptime.probes.dialects import SPEECHES, Speech
from trayuptime.probes.dialects.piece import DONE, NOTHING, Piece
from trayuptime.probes.models import secret_headers

_log = logging.getLogger(__name__)
_DONE = b"[DONE]"
"""How OpenAI, and whoever speaks like it, ends a stream."""


def order(provider: ProviderConfig, model: str, secret: str | None) -> Order:
    """Asks one answer of a model, with the key where there is one; whoever calls this has leave to pay."""
    completion = provider.completion
    assert completion is not None
    assert provider.dialect is not None
    speech = SPEECHES[provider.dialect]
    question = Question(
        key=Key(provider.id, Surface.API),
        level=Level.COMPLETION,
        dialect=provider.dialect,
        keyed=secret is not None,
        # It is asked that seldom, and speaks for as long: what asks less is asked in between.
        interval_s=max(completion.every_s, provider.rules.interval_s),
        errors=provider.errors,
        must_run=provider.must_run,
        lists_models=False,
    )
    request = Request(
        "POST",
        _url(completion, model),
        headers={"accept": speech.accept, "content-type": "application/json", **provider.headers},
        secret_headers=secret_headers(provider, secret),
        body=json.dumps(_merged(speech.body(model, completion.max_tokens), completion.extra)).encode(),
        timeout_s=provider.rules.timeout_s,
        allow_http=provider.allow_http,
        proxy=provider.proxy,
        ca_bundle=None if provider.ca_bundle is None else str(provider.ca_bundle),
        listener=lambda: Hearing(speech),
    )
    return Order(question, request)


class Hearing:
    """One answer as it is heard; a `Listener` of the transport."""

    def __init__(self, speech: Speech) -> None:
        """Nothing is heard yet."""
        self._speech = speech
        self._splitter = SPLITTERS[speech.framing]()
        self._data_events = 0
        self._texts = 0
        self._keep_alives = 0
        self._first_data_ms: float | None = None
        self._last_data_ms: float | None = None
        self._ended = False
        self._understood = False
        self._error = b""
        self._tokens_in: int | None = None
        self._tokens_out: int | None = None

    @property
    def heard(self) -> Stream:
        """What came so far."""
        usage = None
        if self._tokens_in is not None and self._tokens_out is not None:
            usage = Usage(self._tokens_in, self._tokens_out)
        return Stream(
            data_events=self._data_events,
            first_data_ms=self._first_data_ms,
            keep_alives=self._keep_alives,
            ended=self._ended,
            error=self._error,
            tokens=self._tokens_out if usage is not None else self._texts or None,
            last_data_ms=self._last_data_ms,
            usage=usage,
        )

    def hear(self, piece: bytes, at_ms: float) -> bool:
        """Takes the next bytes; whether nothing that matters can follow."""
        return any(self._take(event, at_ms) for event in self._splitter.take(piece))

    def end(self, body: bytes, at_ms: float) -> None:
        """What was left without its end; an answer that came all at once, though a stream was asked for."""
        for event in self._splitter.end():
            if self._take(event, at_ms):
                return
        if not self._data_events and not self._error and not self._ended:
            self._take_whole(body, at_ms)

    def _take(self, event: Event, at_ms: float) -> bool:
        data = event.data.strip()
        if not data:
            self._keep_alives += 1
            return False
        if data == _DONE:
            return self._note(DONE, at_ms)
        try:
            said = json.loads(data)
        except (ValueError, RecursionError):
            return self._take_garbled(event)
        self._understood = True
        try:
            piece = self._speech.read(said, event.name) if isinstance(said, dict) else NOTHING
        except Exception:  # noqa: BLE001 - of ours, whatever it is; kept as text, for it holds on to the data
            _log.error("a piece of an answer makes TrayUptime stumble; please report it\n%s", format_exc())
            return self._take_garbled(event)
        if piece.error:
            self._error = event.data
        return self._note(piece, at_ms)

    def _take_garbled(self, event: Event) -> bool:
        """A user's own client would stumble over it too; but what never was a stream is no broken one."""
        if self._speech.framing is Framing.SSE or self._understood:
            self._error = event.data
            return True
        return False

    def _note(self, piece: Piece, at_ms: float) -> bool:
        self._keep_alives += piece.keep_alive
        if piece.data:
            self._data_events += 1
            self._texts += piece.text
            self._first_data_ms = at_ms if self._first_data_ms is None else self._first_data_ms
            self._last_data_ms = at_ms
        self._ended = self._ended or piece.ended
        self._tokens_in = piece.tokens_in if piece.tokens_in is not None else self._tokens_in
        self._tokens_out = piece.tokens_out if piece.tokens_out is not None else self._tokens_out
        return piece.final

    def _take_whole(self, body: bytes, at_ms: float) -> None:
        """An error that is the whole body is left there: it is read as any other body is."""
        value: Any = None
        with suppress(ValueError, RecursionError):
            value = json.loads(body)
        for said in value if isinstance(value, list) else [value]:  # a list: Gemini without its `alt=sse`
            if isinstance(said, dict):
                piece = self._speech.read(said, "")
                if not piece.error and self._note(piece, at_ms):
                    return


def _url(completion: Completion, model: str) -> str:
    name = model.removeprefix("models/") if "models/{model}" in completion.url else model
    return completion.url.replace("{model}", quote(name, safe=":"))


def _merged(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The question with the vendor's own settings laid over it, inside its tables too."""
    merged = dict(body)
    for name, value in extra.items():
        inside = merged.get(name)
        if isinstance(inside, Mapping) and isinstance(value, Mapping):
            merged[name] = _merged(inside, value)
        else:
            merged[name] = value
    return merged
