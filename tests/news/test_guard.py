"""We connect to the open internet only."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

import pytest

from news.web.guard import is_allowed, is_public, may_connect


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::",
        "2001::1", "2001:db8::1", "nowhere",
    ],
)  # fmt: skip
def test_addresses_inside_somebodys_network_are_not_public(ip):
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "103.4.145.1", "2606:4700::1111", "2400:cb00::1"])
def test_addresses_of_public_sites_are_public(ip):
    assert is_public(ip)


def test_a_public_site_is_read_at_a_web_servers_port_only():
    assert may_connect("8.8.8.8", 443, allowed=False)
    assert not may_connect("8.8.8.8", 25, allowed=False)
    assert may_connect("127.0.0.1", 5432, allowed=True)


def test_a_host_is_let_in_by_name_or_by_name_and_port():
    assert is_allowed("LocalHost", 81, frozenset({"localhost"}))
    assert is_allowed("127.0.0.1", 81, frozenset({"127.0.0.1:81"}))
    assert not is_allowed("127.0.0.1", 82, frozenset({"127.0.0.1:81"}))
    assert is_allowed("::1", 81, frozenset({"[::1]:81"}))
