"""The one exception for what a user can mend."""


class InputError(ValueError):
    """Something that the user gave is wrong.

    The message names the file or the config key, says what is wrong and what to do. Programs print it
    without a traceback and end with exit code 1.
    """
