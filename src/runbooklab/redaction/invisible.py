"""The characters that a screen does not show, or shows as something else."""

#: Control, bidirectional and zero-width characters and lone surrogates, as a regular expression's class holds
#: them. Line breaks and tabs are not among them.
INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
SURROGATES = "\ud800-\udfff"
