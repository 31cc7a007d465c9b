"""The only package that speaks HTTP: one question in, one `Evidence` out, whatever the world does.

`transport.Transport.ask` is its door and `redact.redact` its other public name. Inside, from the top down:

    transport    the conversation: redirects, limits, and its outcome as a value
    connections  httpx above, a fresh httpcore connection per request below
    wire         sockets and TLS, each phase timed
    resolve      names to addresses, on threads that nobody waits for
    proxies, tls, target, body, failures    one rule each
"""
