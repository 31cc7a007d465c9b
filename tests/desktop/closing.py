"""Asks a window to close as the button on its frame does: by a message to the window manager, not by keys.

A key goes to whoever has the keyboard when it arrives, which on a busy machine is not always the window that
had it a moment before. Of what is installed nothing sends this message: `xdotool windowclose` destroys.
"""

import ctypes
from ctypes import c_char_p, c_int, c_long, c_ulong, c_void_p

_CLIENT_MESSAGE = 33
_TO_WINDOW_MANAGER = (1 << 20) | (1 << 19)
"""SubstructureRedirectMask and SubstructureNotifyMask."""
_AS_A_PAGER = 2
_EVENT_LONGS = 24


class _ClientMessage(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("message_type", c_ulong),
        ("format", c_int),
        ("data", c_long * 5),
    )


class _Event(ctypes.Union):
    _fields_ = (("message", _ClientMessage), ("whole", c_long * _EVENT_LONGS))


def close_window(display: str, window: int) -> None:
    """Sends `_NET_CLOSE_WINDOW` of the extended window manager hints; does not wait.

    Args:
        display: as in `DISPLAY`.
        window: its X id.
    """
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.argtypes, x11.XOpenDisplay.restype = (c_char_p,), c_void_p
    x11.XInternAtom.argtypes, x11.XInternAtom.restype = (c_void_p, c_char_p, c_int), c_ulong
    x11.XDefaultRootWindow.argtypes, x11.XDefaultRootWindow.restype = (c_void_p,), c_ulong
    x11.XSendEvent.argtypes = (c_void_p, c_ulong, c_int, c_long, c_void_p)
    x11.XSync.argtypes = (c_void_p, c_int)
    x11.XCloseDisplay.argtypes = (c_void_p,)
    connection = x11.XOpenDisplay(display.encode())
    assert connection, f"no display {display}"
    event = _Event()
    event.message.type = _CLIENT_MESSAGE
    event.message.window = window
    event.message.message_type = x11.XInternAtom(connection, b"_NET_CLOSE_WINDOW", 0)
    event.message.format = 32
    event.message.data[1] = _AS_A_PAGER
    root = x11.XDefaultRootWindow(connection)
    x11.XSendEvent(connection, root, 0, _TO_WINDOW_MANAGER, ctypes.byref(event))
    x11.XSync(connection, 0)
    x11.XCloseDisplay(connection)
