"""What went wrong with an endpoint or an answer of it, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: dict[str, Promise] = {
    "unreachable": gettext_lazy("Nobody answers at this address. Is the server running, and is the address right?"),
    "cut": gettext_lazy("The connection ended before the answer was complete."),
    "timeout": gettext_lazy("No answer came in the time allowed."),
    "too_many": gettext_lazy("The endpoint says that there are too many requests. Set fewer a minute, or look at the quota there."),
    "busy": gettext_lazy("The requests that this endpoint may get in this minute have been made. Ask again in the next one."),
    "server_error": gettext_lazy("The endpoint reports an error of its own."),
    "no_json": gettext_lazy("What came back is no JSON. The address may not be that of a chat endpoint."),
    "no_choices": gettext_lazy("What came back does not have the form of a chat answer."),
    "key_refused": gettext_lazy("The endpoint refuses the key. Enter it again."),
    "key_gone": gettext_lazy("The file with the key is gone. Enter the key again."),
    "endpoint_gone": gettext_lazy("The endpoint has been deleted."),
    "not_found": gettext_lazy("The endpoint knows no such address or no such model."),
    "bad_request": gettext_lazy("The endpoint does not take this request."),
    "redirect": gettext_lazy("The endpoint sends elsewhere, which is not followed. Enter the address it moved to."),
    "forbidden_address": gettext_lazy("This address is for the machines of a cloud alone and is not asked."),
    "tls": gettext_lazy("The certificate of the endpoint cannot be checked."),
    "too_large": gettext_lazy("The answer is too large."),
    "filtered": gettext_lazy("The endpoint withheld its answer."),
    "empty": gettext_lazy("The answer is empty."),
    "answer_cut": gettext_lazy("The answer was cut off before it was complete."),
    "answer_no_json": gettext_lazy("The answer holds no JSON, also when asked again."),
    "answer_missing": gettext_lazy("A criterion has no score, also when asked again."),
    "answer_unknown": gettext_lazy("It scores a criterion that the rubric does not have, also when asked again."),
    "answer_not_on_scale": gettext_lazy("A score is not on the scale of its criterion, also when asked again."),
    "answer_no_preference": gettext_lazy("It does not say which response is better, also when asked again."),
    "no_place": gettext_lazy("The question says nothing for a place of the template."),
}  # fmt: skip


def problem_text(code: str, detail: str = "") -> str:
    """The sentence, and in brackets what the endpoint said of it."""
    sentence = str(SENTENCES.get(code, code))
    if not detail:
        return sentence
    return _("%(sentence)s (%(detail)s)") % {"sentence": sentence, "detail": detail}
