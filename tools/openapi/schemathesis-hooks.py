"""What Schemathesis cannot know of the API by its document: https://schemathesis.readthedocs.io/en/stable/guides/extending/"""

import ast
import uuid

import schemathesis

# Codes by which a request is refused for its shape, which the document describes. All others depend on state, time or other fields.
SHAPE = {
    "line_break", "not_a_boolean", "not_a_date", "not_a_list", "not_a_text", "not_an_instant", "not_an_integer", "not_an_object",
    "repeated", "required", "too_few", "too_large", "too_long", "too_many", "too_short", "too_small", "unprintable", "wrong_format",
}  # fmt: skip

parse = ast.parse


def parse_again(*args, **kwargs):
    """Python 3.11 sometimes miscounts its depth (python/cpython#106905). Hypothesis parses its own sources, which have no part in the result."""
    try:
        return parse(*args, **kwargs)
    except SystemError:
        return parse(*args, **kwargs)


ast.parse = parse_again


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key stands for one action. Sent with another body it would only test that a key cannot be used twice."""
    if len(str((case.headers or {}).get("Idempotency-Key", ""))) >= 16:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


@schemathesis.check
def described_shape_is_accepted(ctx, response, case):
    """The built-in check of this refuses every 400 and 422, also those that no document can describe."""
    if response.status_code not in (400, 422) or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    problem = response.json()
    if problem["code"] not in ("body.invalid", "query.invalid", "sort.unknown"):
        return
    found = SHAPE & {error["code"] for error in problem["errors"]}
    assert not found and problem["code"] != "sort.unknown", f"the document allows what is refused: {problem}"
