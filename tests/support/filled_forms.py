"""A page's form as a browser sends it untouched: every field with what it says."""

from html.parser import HTMLParser


def fields_of(html: str, action: str) -> dict[str, str]:
    """Return the fields of the page's first form that goes there; a box that is not ticked is not
    among them, nor is a button.
    """
    parser = _Fields(action)
    parser.feed(html)
    assert parser.found is not None, f"there is no form that goes to {action}"
    return parser.found


class _Fields(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.found: dict[str, str] | None = None
        self._action, self._is_inside = action, False
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = said.get("action") == self._action and self.found is None
            if self._is_inside:
                self.found = {}
            return
        if not self._is_inside or self.found is None:
            return
        name = said.get("name", "")
        match tag:
            case "input" if said.get("type") in ("checkbox", "radio"):
                if "checked" in said:
                    self.found[name] = said.get("value", "on")
            case "input" if name and said.get("type") != "file":
                self.found[name] = said.get("value", "")
            case "select":
                self._select = name
            case "option" if self._select is not None:
                if "selected" in said or self._select not in self.found:
                    self.found[self._select] = said.get("value", "")
            case "textarea":
                self._area, self.found[name] = name, ""

    def handle_data(self, data: str) -> None:
        if self._area is not None and self.found is not None:
            self.found[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None and self.found is not None:
            # the line break behind the tag is none of the field's
            self.found[self._area] = self.found[self._area].removeprefix("\n")
            self._area = None
