"""Small stand-ins of the programs that people run models with, each true to its own paths and words.

Shapes as documented or seen by 2026-11-26; the sources are named in `core/local.py`. A path that a program
does not have is answered as that program would. Asking for anything but GET would load a model: nobody may.
"""

import json
from collections.abc import Mapping
from typing import Any

from hostile import Behaviour, Talk

Pages = Mapping[str, tuple[str, Any]]
"""Path to status line and body; bytes as they are, anything else as JSON."""


def program(pages: Pages, elsewhere: tuple[str, Any] = ("404 Not Found", b"404 page not found")) -> Behaviour:
    """Answers these paths, and whatever else it is asked with the same words."""

    def behave(talk: Talk) -> None:
        status, body = pages.get(talk.request().target, elsewhere)
        kind = "text/plain" if isinstance(body, bytes) else "application/json"
        talk.answer(
            status, body if isinstance(body, bytes) else json.dumps(body).encode(), f"Content-Type: {kind}"
        )

    return behave


OK = "200 OK"
BUSY = "503 Service Unavailable"
LOADING = {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}


def ollama(installed: list[str] | None, in_memory: list[str] | None) -> Behaviour:
    def listed(names: list[str] | None) -> Any:
        if names is None:
            return {"models": None}
        return {"models": [{"name": n, "model": n, "digest": "2ae6", "details": {}} for n in names]}

    data = None if installed is None else [{"id": name, "object": "model"} for name in installed]
    openai = {"object": "list", "data": data}
    return program(
        {
            "/": (OK, b"Ollama is running"),
            "/api/version": (OK, {"version": "0.12.6"}),
            "/api/tags": (OK, listed(installed)),
            "/api/ps": (OK, listed(in_memory)),
            "/v1/models": (OK, openai),
        }
    )


def lmstudio(states: Mapping[str, str], *, v0: bool = True) -> Behaviour:
    listed = [{"id": name, "object": "model", "owned_by": "organization_owner"} for name in states]
    stated = [{"id": n, "object": "model", "type": "llm", "state": state} for n, state in states.items()]
    pages: dict[str, tuple[str, Any]] = {"/v1/models": (OK, {"object": "list", "data": listed})}
    if v0:
        pages["/api/v0/models"] = (OK, {"object": "list", "data": stated})
    return program(pages, (OK, {"error": "Unexpected endpoint or method. (GET /…)"}))


def llamacpp(
    *,
    loading: bool = False,
    models: list[dict[str, Any]] | None = None,
    health: bool = True,
    sleeping: bool | None = False,
) -> Behaviour:
    """Of one model, or as its router with those; `sleeping=None`: a version that never sleeps."""
    one = [{"id": "tiny.gguf", "object": "model", "owned_by": "llamacpp", "meta": {"n_params": 1}}]
    data = one if models is None else models
    props: dict[str, Any] = {"default_generation_settings": {"n_ctx": 4096}, "total_slots": 1}
    if sleeping is not None:
        props["is_sleeping"] = sleeping
    pages: dict[str, tuple[str, Any]] = {
        "/v1/models": (OK, {"object": "list", "data": data, "models": [{"name": m["id"]} for m in data]}),
        "/api/tags": (OK, {"object": "list", "data": data, "models": [{"name": m["id"]} for m in data]}),
        "/health": (BUSY, LOADING) if loading else (OK, {"status": "ok"}),
        "/props": (BUSY, LOADING) if loading else (OK, props),
    }
    if not health:
        del pages["/health"]
    missing = {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}
    return program(pages, ("404 Not Found", missing))


def router(*states: str) -> Behaviour:
    """llama.cpp started without a model."""
    models = [
        {"id": f"m{n}", "object": "model", "owned_by": "llamacpp", "status": {"value": state}}
        for n, state in enumerate(states)
    ]
    return llamacpp(models=models)


def vllm(*, dead: bool = False) -> Behaviour:
    pages: dict[str, tuple[str, Any]] = {
        "/v1/models": (
            OK,
            {"object": "list", "data": [{"id": "tiny", "object": "model", "owned_by": "vllm"}]},
        ),
        "/health": (BUSY if dead else OK, b""),
        "/version": (OK, {"version": "0.11.0"}),
    }
    return program(pages, ("404 Not Found", {"detail": "Not Found"}))


def litellm(*, ready: bool = True) -> Behaviour:
    pages: dict[str, tuple[str, Any]] = {
        "/health/liveliness": (OK, "I'm alive!"),
        "/health/readiness": (OK, {"status": "healthy", "db": "Not connected", "litellm_version": "1.106.10"})
        if ready
        else (BUSY, {"detail": "Service Unhealthy (db not connected)"}),
        "/v1/models": ("500 Internal Server Error", {"error": {"message": "No api key passed in."}}),
    }
    return program(pages, ("404 Not Found", {"detail": "Not Found"}))
