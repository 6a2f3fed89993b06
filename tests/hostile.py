"""Labels written by somebody who wants more than to be read. All are legal names; a page shows them as text."""

from __future__ import annotations

HOSTILE_LABELS = (
    "<img src=x onerror=window.__pwned=1>",  # runs when inserted as HTML
    "</script><script>window.__pwned=1</script>",  # ends a script that the label is embedded in
    '"><svg onload=window.__pwned=1>',  # ends an attribute and a tag
    "'-(window.__pwned=1)-'",  # ends a JavaScript string in single quotes
    "`${window.__pwned=1}`",  # a template literal
    "javascript:window.__pwned=1",  # an address
    '<a href="javascript:window.__pwned=1">look</a>',  # a link; "href" makes pyvis switch to HTML tooltips
    "<!--<script>",  # makes an HTML parser read on past the end of a script
    "&lt;b&gt;&amp;",  # must not be unescaped
    "$$\\text{}$$",  # a formula, and a backslash that a pattern's replacement could read
    "[x](https://example.org) **bold** :red[x]",  # markdown and its directives
    "{{7*7}}{% raw %}",  # a template, also an unfinished one
    "\\g<0>\\1\\u0041",  # groups of a regular expression, escapes
    "%s {0} {title}",  # format strings
    "abc\u202etxt.exe",  # right-to-left override: reorders what follows
    "a\u200bb\u200dc\ufeff",  # zero-width characters
    "👩\u200d👧 naïve Ωμέγα 天気",  # emoji joined by a zero-width joiner, other scripts
    "x" * 200,  # far wider than any card
    "__proto__",  # a key that plain JavaScript objects treat specially
    "constructor",  # another one
    "Infinity",  # a number to careless readers
    "-1e999",  # one that overflows
    "../../etc/passwd",  # a path
    "=cmd|'/c calc'!A1",  # a spreadsheet formula
)
