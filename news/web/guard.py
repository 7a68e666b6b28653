"""Where we may connect: the open internet on a web server's ports, and nowhere else. Pure.

`ipaddress.is_global` calls NAT64, 6to4 and IPv4-compatible addresses global although each carries an IPv4
address inside, which may be anybody's router; so the list is our own.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

PORTS: Final = frozenset({80, 443, 8080, 8443})
"""The ports at which public sites are read."""

_CLOSED_4: Final = tuple(
    IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_OPEN_6: Final = IPv6Network("2000::/3")  # what IANA has given out as global unicast
_CLOSED_6: Final = tuple(
    IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(ip: str | IPv4Address | IPv6Address) -> bool:
    """Whether `ip` is a machine on the open internet; text that is no IP address is not."""
    try:
        address = ip_address(ip.partition("%")[0]) if isinstance(ip, str) else ip
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _CLOSED_4)
    # ::ffff:a.b.c.d, ::a.b.c.d and 64:ff9b::/96 all lie outside 2000::/3.
    return address in _OPEN_6 and not any(address in net for net in _CLOSED_6)


def is_allowed(host: str, port: int, allow_private: frozenset[str]) -> bool:
    """Whether the operator lets us read `host` though it may be private: named alone or as host:port."""
    name = host.strip("[]").rstrip(".").casefold()
    allowed = {entry.strip().casefold() for entry in allow_private}
    return bool({name, f"{name}:{port}", f"[{name}]", f"[{name}]:{port}"} & allowed)


def may_connect(ip: str, port: int, *, allowed: bool) -> bool:
    """The decision at connect time, on the very address the socket will go to."""
    return allowed or (port in PORTS and is_public(ip))
