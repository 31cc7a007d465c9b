"""Whether a server has a model in memory, so that asking for an answer loads none."""

import json
from dataclasses import replace
from typing import Any

import pytest

from trayuptime.core.evidence import Evidence, Server
from trayuptime.core.local import is_in_memory
from trayuptime.core.model import Phases, Reach


def _said(body: Any, status: int = 200) -> Evidence:
    sent = json.dumps(body).encode()
    return Evidence(0, "127.0.0.1:1", Reach.LOOPBACK, status=status, body=sent, phases=Phases(total_ms=1.0))


def _evidence(first: Any, then: Any = None, status: int = 200) -> Evidence:
    second = None if then is None else _said(then, status)
    return replace(_said(first), second=second)


def _ollama(*names: str) -> Any:
    return {"models": [{"name": name} for name in names]}


def _router(**states: str) -> Any:
    return {"data": [{"id": name, "status": {"value": state}} for name, state in states.items()]}


def _studio(**states: str) -> Any:
    return {"data": [{"id": name, "state": state} for name, state in states.items()]}


ONE_MODEL = {"data": [{"id": "tiny.gguf"}]}
PROPS: dict[str, Any] = {"default_generation_settings": {}}


@pytest.mark.parametrize(
    ("server", "model", "evidence", "known"),
    [
        (Server.OLLAMA, "tiny", _evidence(_ollama("tiny:latest"), _ollama("tiny:latest")), True),
        (Server.OLLAMA, "tiny:1b", _evidence(_ollama("tiny:1b"), _ollama("tiny:1b")), True),
        (Server.OLLAMA, "tiny:1b", _evidence(_ollama("tiny:1b"), _ollama("tiny:7b")), False),
        (Server.OLLAMA, "host:5000/me/tiny", _evidence({}, _ollama("host:5000/me/tiny:latest")), True),
        (Server.OLLAMA, "tiny", _evidence(_ollama("tiny:latest"), _ollama()), False),
        (Server.OLLAMA, "tiny", _evidence(_ollama("tiny:latest"), {"models": None}), False),
        (Server.OLLAMA, "tiny", _evidence(_ollama("tiny:latest"), _ollama("tiny:latest"), 500), None),
        (Server.OLLAMA, "tiny", _evidence(_ollama("tiny:latest")), None),
        (Server.LMSTUDIO, "a", _evidence({}, _studio(a="loaded", b="not-loaded")), True),
        (Server.LMSTUDIO, "b", _evidence({}, _studio(a="loaded", b="not-loaded")), False),
        (Server.LMSTUDIO, "c", _evidence({}, _studio(a="loaded")), False),
        (Server.LMSTUDIO, "a", _evidence({}, {"error": "Unexpected endpoint"}), None),
        (Server.LMSTUDIO, "a", _evidence({}), None),
        (Server.LLAMACPP, "a", _evidence(_router(a="loaded", b="unloaded"), {"status": "ok"}), True),
        (Server.LLAMACPP, "b", _evidence(_router(a="loaded", b="unloaded"), {"status": "ok"}), False),
        (Server.LLAMACPP, "a", _evidence(_router(a="sleeping"), {"status": "ok"}), False),
        (Server.LLAMACPP, "anything", _evidence(ONE_MODEL, PROPS), True),
        (Server.LLAMACPP, "anything", _evidence(ONE_MODEL, PROPS | {"is_sleeping": False}), True),
        (Server.LLAMACPP, "anything", _evidence(ONE_MODEL, PROPS | {"is_sleeping": True}), False),
        (Server.LLAMACPP, "anything", _evidence(ONE_MODEL, {"error": {}}, 401), None),
        (Server.LLAMACPP, "anything", _evidence(ONE_MODEL, {"error": "Unexpected endpoint"}), None),
        (Server.LLAMACPP, "anything", _evidence(ONE_MODEL), None),
        (Server.LLAMACPP, "a", _said(ONE_MODEL, 503), None),
    ],
)
def test_a_model_is_in_memory_or_not_or_nobody_knows(
    server: Server, model: str, evidence: Evidence, known: bool | None
) -> None:
    assert is_in_memory(server, model, evidence) is known
