"""What the servers that people run themselves say of themselves: here, cold, loading, or another program.

Two harmless questions each: the list of models, and one that only this program knows. Neither loads a model.

    ollama     /api/tags     lists what is installed           /api/ps         what is in memory
    lmstudio   /v1/models                                      /api/v0/models  each with its `state`
    llamacpp   /v1/models    a router tells each `status`      /health         503 while loading
                             before it is asked an answer      /props          `is_sleeping`
    vllm       /v1/models                                      /health         an empty 200; 503: dead engine
    litellm    /health/liveliness  `"I'm alive!"`, or a 503    /health/readiness  503: not ready
                                   that is `shutting_down`

Sources, read on 2026-11-26: docs/api.md of ollama, LM Studio's page on its REST API v0 (an unknown path gives
a 200 with an `error` there, seen in several clients), tools/server/README.md of llama.cpp, vllm's
entrypoints, docs.litellm.ai/docs/proxy/health. llama.cpp's `/props` neither wakes a sleeping model nor puts
its sleep off; with a model's name in it a router would load that one, so none is given. Its `/slots` would
wake one; it is not asked.

A port that another program has is like a closed one: the light keeps out of it, unless the server must run.
Another program seldom fails at paths that it does not know; so a 5xx is this one's own error in whatever
words (plain ones are uvicorn's and Go's, `detail` is FastAPI's, none at all is Caddy's in front), unless it
is written as none of the five writes: as a page, or as Spring does, whose favourite port llama.cpp shares. A
page is a proxy's that finds nothing behind it, or a stranger's: both are "not running", and an outage of what
must run. LiteLLM always must.
"""

from collections.abc import Callable
from typing import Any

from trayuptime.core import words
from trayuptime.core.answer import Answer
from trayuptime.core.evidence import ErrorRow, Evidence, Question, Server
from trayuptime.core.reasons import Reason

LOADS_WHEN_ASKED = frozenset({Server.OLLAMA, Server.LMSTUDIO, Server.LLAMACPP})
"""The others have their models from the start, or elsewhere."""

_NOT_INSTALLED = ErrorRow(Reason.OK, detail=words.NOT_INSTALLED)
_COLD = ErrorRow(Reason.OK, detail=words.NOT_LOADED)
_LOADING = ErrorRow(Reason.UNKNOWN, detail=words.LOADING)
_NOT_ITSELF = ErrorRow(Reason.OK, detail=words.NOT_ITSELF)
_NOT_READY = ErrorRow(Reason.SERVER_ERROR, detail="is running, but says it is not ready")
_ENGINE_DEAD = ErrorRow(Reason.SERVER_ERROR, detail="is running, but its engine is not")

_SETTINGS = "default_generation_settings"
"""What llama.cpp's own `/props` has, in every version."""
_IN_MEMORY = {"loaded", "sleeping"}
"""A sleeping one of llama.cpp is woken by its user's first question."""


def local_row(question: Question, status: int, evidence: Evidence, answer: Answer) -> ErrorRow | None:
    """What the answers of the server in question mean.

    Args:
        question: with its `server`.
        status: of the first answer.
        evidence: of the first question; in it that of the second, if it was asked.
        answer: the first answer.

    Returns:
        `None` where the ordinary rows hold: the server's own errors, its user's standing, and all is well.
    """
    assert question.server is not None
    if not _is_own(question, status, answer):
        return something_else(question, evidence)
    second = evidence.second
    if status != 200 or second is None or second.status is None or second.failure is not None:
        return None
    said = Answer(second.body, second.headers)
    return _READERS[question.server](answer, second.status, said)


def something_else(question: Question, evidence: Evidence) -> ErrorRow:
    """Another program answers at this one's place, in HTTP or not."""
    status = evidence.status
    detail = words.something_else(evidence.host, status)
    if not question.must_run:
        return ErrorRow(Reason.UNKNOWN, detail=detail)
    if status is not None and status >= 500:
        return ErrorRow(Reason.SERVER_ERROR, detail=detail)
    if question.server is Server.LITELLM:
        # Nobody says that its own paths pass the gate in front of it; where they do not, the gate is well.
        return ErrorRow(Reason.UNKNOWN, detail=detail)
    refused = status is not None and status >= 400
    return ErrorRow(Reason.BAD_REQUEST if refused else Reason.BAD_ANSWER, detail=detail)


def is_in_memory(server: Server, model: str, evidence: Evidence) -> bool | None:
    """Whether a model of a server that loads what it is asked for is loaded; `None` where that is not known.

    Ollama, LM Studio and the router of llama.cpp put out of memory what is in the way. A llama.cpp of one
    model has it from the start, and puts it out of memory where it sleeps; older ones never do.

    Args:
        server: one of `LOADS_WHEN_ASKED`.
        model: as it would be asked for.
        evidence: of the list of models, in it that of the second question; of llama.cpp that is `/props`.
    """
    if server is Server.OLLAMA:
        running = _listed(evidence.second, "models")
        return None if running is None else _tagged(model) in {_tagged(str(m.get("name"))) for m in running}
    listed = _listed(evidence.second if server is Server.LMSTUDIO else evidence, "data")
    if listed is None:
        return None
    if server is Server.LMSTUDIO:
        return model in {str(m.get("id")) for m in listed if m.get("state") == "loaded"}
    states = {str(m.get("id")): s.get("value") for m in listed if isinstance(s := m.get("status"), dict)}
    if states:
        return states.get(model) == "loaded"
    props = _object(evidence.second)
    return not props.get("is_sleeping") if props is not None and _SETTINGS in props else None


def _listed(evidence: Evidence | None, name: str) -> list[dict[str, Any]] | None:
    return _models(_object(evidence), name)


def _object(evidence: Evidence | None) -> dict[str, Any] | None:
    """The object that a good answer is."""
    if evidence is None or evidence.status != 200 or evidence.failure is not None:
        return None
    said = Answer(evidence.body, evidence.headers).json
    return said if isinstance(said, dict) else None


def _tagged(model: str) -> str:
    """Ollama's own name of a model that was named without its tag."""
    return model if ":" in model.rpartition("/")[2] else f"{model}:latest"


def _is_own(question: Question, status: int, answer: Answer) -> bool:
    if 200 <= status < 300:
        return _SHAPES[question.server or Server.VLLM](answer.json)
    if status in {401, 403, 429} and question.keyed:
        return True  # a gate in front of it
    if status in {404, 405} or status < 400:  # its own paths are there and lead nowhere else
        return False
    said = answer.json
    if isinstance(said, dict) and "path" in said:
        return False  # Spring's
    if status >= 500:
        return not (answer.html or answer.raw.lstrip().startswith(b"<"))
    # Of a refusal only its own words tell; its errors are JSON.
    return isinstance(said, dict) and "error" in said


def _ollama(first: Answer, status: int, second: Answer) -> ErrorRow | None:
    if not _models(first.json, "models"):
        return _NOT_INSTALLED
    in_memory = _models(second.json, "models")
    return _COLD if status == 200 and in_memory == [] else None


def _lmstudio(_first: Answer, status: int, second: Answer) -> ErrorRow | None:
    if status == 404:
        return _NOT_ITSELF
    models = _models(second.json, "data")
    return None if status != 200 or models is None else _of_states([m.get("state") for m in models])


def _llamacpp(first: Answer, status: int, second: Answer) -> ErrorRow | None:
    if status == 503 and second.says("loading"):
        return _LOADING
    models = _models(first.json, "data") or []
    states = [s.get("value") for m in models if isinstance(s := m.get("status"), dict)]
    if states:
        return _of_states(states)
    said = second.json if isinstance(second.json, dict) else {}
    itself = said.get("status") == "ok" or _SETTINGS in said
    return _NOT_ITSELF if status == 404 or (status == 200 and not itself) else None


def _vllm(_first: Answer, status: int, second: Answer) -> ErrorRow | None:
    if status == 503:
        return _LOADING if second.says("loading") else _ENGINE_DEAD
    return _NOT_ITSELF if status == 404 else None


def _litellm(_first: Answer, status: int, _second: Answer) -> ErrorRow | None:
    return _NOT_READY if status == 503 else None


def _of_states(said: list[Any]) -> ErrorRow | None:
    states = [str(state) for state in said]
    if any(state in _IN_MEMORY for state in states):
        return None
    return _LOADING if "loading" in states else _COLD


def _models(said: Any, name: str) -> list[dict[str, Any]] | None:
    """The models of a list; `None` if it is none."""
    if not isinstance(said, dict) or name not in said:
        return None
    models = said[name] if said[name] is not None else []  # Go's empty list
    whole = isinstance(models, list) and all(isinstance(model, dict) for model in models)
    return models if whole else None


def _lists_as_ollama(said: Any) -> bool:
    """llama.cpp answers at the same path, with an OpenAI list besides."""
    models = _models(said, "models")
    return models is not None and "data" not in said and all("name" in model for model in models)


def _lists_as_openai(said: Any) -> bool:
    return _models(said, "data") is not None


def _lives(said: Any) -> bool:
    return isinstance(said, str) and "alive" in said


_SHAPES: dict[Server, Callable[[Any], bool]] = {
    Server.OLLAMA: _lists_as_ollama,
    Server.LMSTUDIO: _lists_as_openai,
    Server.LLAMACPP: _lists_as_openai,
    Server.VLLM: _lists_as_openai,
    Server.LITELLM: _lives,
}
_READERS: dict[Server, Callable[[Answer, int, Answer], ErrorRow | None]] = {
    Server.OLLAMA: _ollama,
    Server.LMSTUDIO: _lmstudio,
    Server.LLAMACPP: _llamacpp,
    Server.VLLM: _vllm,
    Server.LITELLM: _litellm,
}
