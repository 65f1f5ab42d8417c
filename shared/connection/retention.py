"""How long a label's image is kept: S3 deletes objects by rules of whole days, which stand in the stack's template."""

from __future__ import annotations

from datetime import timedelta

TAG = "retention_days"
"""The tag of an image that names the rule by which it ends."""
LIVES = (1, 2, 3, 7, 14, 30, 60, 90, 120, 180, 270, 365, 400, 545, 730, 1095, 1825, 2555, 3650)
"""Days for which the bucket has a rule; an image without the tag ends by the last one."""


def life_of(retention: timedelta) -> int:
    """Days for which an image is kept: the longest life that is not longer than `retention`, at least a day."""
    return max((days for days in LIVES if timedelta(days=days) <= retention), default=LIVES[0])
