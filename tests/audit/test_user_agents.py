"""What is told of browser, system and device."""

from __future__ import annotations

import pytest

from audit.user_agents import read_user_agent

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
PIXEL = f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "browser", "system", "device"),
    [
        (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36", "CHROME", "Windows 10", "Computer"),
        (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "EDGE", "Windows 10", "Computer"),
        (f"{WINDOWS} Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0", "OPERA", "Windows 10", "Computer"),
        ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
         "INTERNET_EXPLORER", "Windows 7", "Computer"),
        (f"{MAC} Version/17.5 Safari/605.1.15", "SAFARI", "Mac OS X", "Computer"),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "SAFARI", "iOS", "Mobile"),
        (f"{IPHONE} CriOS/126.0.0.0 Mobile/15E148 Safari/604.1", "CHROME", "iOS", "Mobile"),
        (f"{PIXEL} Chrome/126.0.0.0 Mobile Safari/537.36", "CHROME", "Android", "Mobile"),
        (f"{PIXEL} Chrome/126.0.0.0 Safari/537.36", "CHROME", "Android", "Tablet"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
         "FIREFOX", "Linux", "Computer"),
        ("Okta SCIM Client 1.0.0", "UNKNOWN", "Unknown", "Unknown"),
        ("curl/8.5.0", "UNKNOWN", "Unknown", "Unknown"),
    ],
)  # fmt: skip
def test_browser_system_and_device_are_told_in_oktas_words(
    header: str, browser: str, system: str, device: str
) -> None:
    found = read_user_agent(header)

    assert (found.browser, found.system, found.device) == (browser, system, device)
