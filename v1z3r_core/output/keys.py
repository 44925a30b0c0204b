"""Names of keys."""

from types import ModuleType

_NAMED = """
space escape enter tab backspace insert delete right left down up page_up page_down home
end caps_lock scroll_lock num_lock print_screen pause menu left_shift left_control
left_alt left_super right_shift right_control right_alt right_super apostrophe comma minus
period slash semicolon equal left_bracket backslash right_bracket grave_accent
"""
_KEYPAD = {
    "KP_DECIMAL": "period",
    "KP_DIVIDE": "slash",
    "KP_MULTIPLY": "asterisk",
    "KP_SUBTRACT": "minus",
    "KP_ADD": "plus",
    "KP_ENTER": "enter",
    "KP_EQUAL": "equal",
}


def key_names(glfw: ModuleType) -> dict[int, str]:
    """GLFW's key codes and what they are called where a layout has no letter for them.

    Digits and operators of the keypad have the names of their siblings.
    """
    names = {getattr(glfw, f"KEY_{name.upper()}"): name for name in _NAMED.split()}
    names |= {getattr(glfw, f"KEY_{code}"): name for code, name in _KEYPAD.items()}
    names |= {getattr(glfw, f"KEY_F{number}"): f"f{number}" for number in range(1, 26)}
    for digit in range(10):
        names[getattr(glfw, f"KEY_{digit}")] = names[getattr(glfw, f"KEY_KP_{digit}")] = str(digit)
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        names[getattr(glfw, f"KEY_{letter}")] = letter.lower()
    return names


def key_name(printed: str | None, code: int, names: dict[int, str]) -> str:
    """Name of one key: the letter printed on it, or else its name by place.

    Letters follow the layout, so that F is where the keyboard says F. Digits and signs do not:
    on a French keyboard the key of 1 prints "&", and on a Cyrillic one no key prints "f".

    Parameters
    ----------
    printed : str or None
        What the layout gives for the key without modifiers.
    """
    if printed is not None and len(printed) == 1 and printed.isascii() and printed.isalpha():
        return printed.lower()
    return names.get(code, "unknown")
