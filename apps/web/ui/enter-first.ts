// Enter chooses the first of what was found, when nothing in the list is marked: after pasting, or when results came late.
import type { KeyboardEvent } from "react";

/** For the `onKeyDownCapture` around a search field with its list. */
export function onEnterWithoutMark(choose: () => void): (event: KeyboardEvent<HTMLElement>) => void {
  return (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.nativeEvent.isComposing || !(field instanceof HTMLInputElement)) return;
    const marked = field.getAttribute("aria-activedescendant");
    if (marked && document.getElementById(marked)) return;
    event.preventDefault();
    event.stopPropagation();
    choose();
  };
}
