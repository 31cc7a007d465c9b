"""What a streamed answer is worth: it needs one piece of data and its own end; a keep-alive is neither."""

from trayuptime.core.answer import Answer
from trayuptime.core.evidence import ErrorRow, Evidence, Failure, Question, Stream
from trayuptime.core.reasons import Reason
from trayuptime.core.tables import in_band_row

_OK = ErrorRow(Reason.OK)
_CUT = ErrorRow(Reason.STREAM_CUT)
_BROKEN_OFF = frozenset({Failure.READ_TIMEOUT, Failure.RESET, Failure.MALFORMED})


def stream_row(question: Question, stream: Stream, answer: Answer) -> ErrorRow:
    """Of a stream that came to an end by itself, under a success.

    Args:
        question: what was asked.
        stream: what came in it.
        answer: its error event, or the whole body where there was none.
    """
    if stream.error:
        return in_band_row(question, answer) or _CUT
    if stream.data_events:
        return _OK if stream.ended else _CUT
    if answer.error is not None:  # asked for a stream, answered with an error object
        return in_band_row(question, answer) or ErrorRow(Reason.BAD_ANSWER)
    # a page, or JSON that is neither an error nor an answer, is no stream at all
    return ErrorRow(Reason.BAD_ANSWER) if answer.html or answer.json is not None else _CUT


def broke_off(evidence: Evidence) -> bool:
    """Whether a stream had begun when the transport gave up on it.

    A time-out before anything at all came in it is an ordinary time-out.
    """
    stream, status = evidence.stream, evidence.status
    if stream is None or status is None or status >= 300 or evidence.failure not in _BROKEN_OFF:
        return False
    began = stream.data_events > 0 or stream.keep_alives > 0
    return began or evidence.failure is not Failure.READ_TIMEOUT
