"""Template filters over trials.wording."""

from django import template

register = template.Library()
