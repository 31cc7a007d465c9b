"""The only package that speaks HTTP: one question in, one `Evidence` out, whatever the world does.

`transport.Transport.ask` is its door and `redact.redact` its other public name. Inside, from the top down:

    transport    the conversation: redirects, limits, and its outcome as a value
    connections  httpx above, a fresh httpcore connection per request below
    wire         sockets and TLS, each phase timed
    resolve      names to addresses, on threads that nobody waits for
    proxies, tls, target, body, failures    one rule each
"""

import sys

# httpx 0.28 loads its own command line wherever click and rich happen to be installed: 7 MB and some 50 ms
# for nothing. It allows for their absence, so it is told that they are absent.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # the documented way to say no
