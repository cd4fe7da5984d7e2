"""Template filters over trials.wording; built in, so templates need no {% load %}."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from trials import wording
from trials.templatetags.highlight import highlight
from trials.templatetags.markdown import markdown

register = template.Library()
register.filter("markdown", markdown)

for function in (
    wording.five,
    wording.short,
    wording.setting,
    wording.duration,
    wording.metric_title,
    wording.state_look,
    wording.percent,
    wording.ordinal,
    wording.file_size,
):
    register.filter(function.__name__, function)


@register.filter
def ago(then: datetime | None) -> SafeString | str:
    """Write how long ago something happened, in a <time> element that clock.js keeps ticking."""
    if then is None:
        return wording.DASH
    return format_html(
        '<time datetime="{}" data-ago>{}</time>', then.isoformat(), wording.ago(then, timezone.now())
    )


@register.filter
def counted(number: int, noun: str) -> str:
    """Write a number with its noun: {{ n|counted:"trial" }} → "3 trials"; an odd plural after a comma."""
    one, _, many = noun.partition(",")
    return wording.count(number, one, many or None)


@register.filter
def highlighted(source: str) -> SafeString:
    """Colour Python source."""
    return highlight(source)
