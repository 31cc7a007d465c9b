"""Vendors' status pages: one small parser for each format, behind one table.

`formats.parse` is its door for a known format, `detect.candidates` and `detect.read` those for an address.
What comes out, `Page` or `Unreadable`, is scoped to a user by `core.feed`. Inside, from the top down:

    detect      from a page's address to where it may be read
    formats     the table; shapes told apart
    statuspage, incidentio, instatus, betterstack, flashduty, datadog, google, aistudio, aws, statusio, slack,
    cloudflare  one format of JSON each
    rss, azure, xai     one reading of RSS and Atom each, whose items `entries` finds
    announce    incidents and maintenance, as every format ends up
    states      vendors' words for how things stand
    fields, decoding    a stranger's JSON and bytes
    unreadable  what came instead, in a sentence
"""
