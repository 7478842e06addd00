"""A configuration file read without opening anything: its text to values, and where Redis is in them.

``formats`` has the table of formats, ``places`` the table of names under which Redis is configured,
``variables`` the ways in which a value is left to an environment. ``reading`` puts them together.
"""
