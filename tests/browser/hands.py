"""The ways in which people work a page: with a mouse, with a finger on a phone, by keyboard alone."""

from __future__ import annotations

from typing import Any, ClassVar

from playwright.sync_api import Browser, Locator, expect

LONGEST_WALK = 150
"""Presses of Tab after which a control counts as out of reach."""
_IN_HAND = "(control) => control === document.activeElement"
_MARKED = """(control) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(control);
  return outlineStyle !== "none" && outlineWidth !== "0px";
}"""


class Mouse:
    """At a desk; opens a page of its own, and keeps what the browser complains of there."""

    screen: ClassVar[dict[str, Any]] = {"viewport": {"width": 1440, "height": 900}}

    def __init__(self, browser: Browser) -> None:
        self.page = browser.new_context(**self.screen).new_page()
        self.complaints: list[str] = []
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def press(self, control: Locator) -> None:
        """Do what it is there for: follow it, open it, send its form."""
        control.click()

    def write(self, field: Locator, words: str) -> None:
        """Put these words in place of what stands there."""
        self.press(field)
        self._type(words)

    def choose(self, title: Locator) -> None:
        """Go from a list to the page of one of its articles."""
        self.press(title)

    def _type(self, words: str) -> None:
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(words)


class Touch(Mouse):
    """A finger, on a page that must not be wider than the phone."""

    screen = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

    def press(self, control: Locator) -> None:
        expect(control).to_be_visible()
        assert self.page.evaluate("document.documentElement.scrollWidth") == 390, self.page.url
        control.tap()


class Keyboard(Mouse):
    """Keys alone: a control is walked to, shows that it has the focus, and hears Enter."""

    def press(self, control: Locator) -> None:
        self._walk(control)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, words: str) -> None:
        self._walk(field)
        self._type(words)

    def choose(self, title: Locator) -> None:
        expect(title).to_be_visible()
        self.page.keyboard.press("j")
        expect(title).to_be_focused()
        self.page.keyboard.press("Enter")

    def _walk(self, control: Locator) -> None:
        expect(control).to_be_visible()
        # A locator looks for its element anew at every step.
        element = control.element_handle()
        steps = 0
        while not element.evaluate(_IN_HAND):
            steps += 1
            assert steps < LONGEST_WALK, f"no way to {control} with the Tab key"
            self.page.keyboard.press("Tab")
        expect(control).to_be_in_viewport()
        assert element.evaluate(_MARKED), f"nothing shows that the focus is on {control}"
