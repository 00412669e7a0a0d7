"""What part of the bytes on the wire is payload."""

import numpy as np

from migplan.formulas import Numeric


def tcp_goodput_fraction(
    mtu: Numeric,
    ip_header: Numeric = 20.0,
    tcp_header: Numeric = 20.0,
    tcp_options: Numeric = 12.0,
    framing: Numeric = 38.0,
) -> Numeric:
    """Part of the bytes on the wire that is payload of TCP, in full packets.

    Parameters
    ----------
    mtu : numeric
        Largest IP packet of the path, greater than the three headers together. [B]
    ip_header : numeric
        20 for IPv4, 40 for IPv6. [B]
    tcp_header : numeric
        TCP header without options. [B]
    tcp_options : numeric
        12 with timestamps, which is usual; 0 without. [B]
    framing : numeric
        Ethernet: preamble 8, header 14, check sequence 4, gap 12; 4 more with a VLAN tag. [B]

    Returns
    -------
    numeric
        Goodput fraction. [1]

    Notes
    -----
    Derived from the headers: https://www.rfc-editor.org/rfc/rfc9293 (TCP), https://www.rfc-editor.org/rfc/rfc7323
    (timestamps), https://www.rfc-editor.org/rfc/rfc791 (IPv4), https://www.rfc-editor.org/rfc/rfc8200 (IPv6).

    Examples
    --------
    >>> round(tcp_goodput_fraction(1500.0), 4)
    0.9415
    """
    return (mtu - ip_header - tcp_header - tcp_options) / (mtu + framing)


def esp_inner_mtu(
    mtu: Numeric,
    initialization_vector: Numeric = 8.0,
    alignment: Numeric = 4.0,
    integrity_check: Numeric = 16.0,
    nat_traversal: Numeric = 0.0,
    outer_header: Numeric = 20.0,
) -> Numeric:
    """Largest packet that an IPsec ESP tunnel carries without fragments.

    Parameters
    ----------
    mtu : numeric
        Largest IP packet outside the tunnel. [B]
    initialization_vector : numeric
        8 for AES-GCM, 16 for AES-CBC. [B]
    alignment : numeric
        Payload and trailer are padded to a multiple of it: 4 for AES-GCM, 16 for AES-CBC. [B]
    integrity_check : numeric
        16 for AES-GCM-16 and SHA2-256-128, 12 for SHA1-96, 24 for SHA2-384-192, 32 for SHA2-512-256. [B]
    nat_traversal : numeric
        8 where ESP travels in UDP, else 0. [B]
    outer_header : numeric
        20 for a tunnel over IPv4, 40 over IPv6. [B]

    Returns
    -------
    numeric
        MTU inside the tunnel. [B]

    Notes
    -----
    Derived from https://www.rfc-editor.org/rfc/rfc4303 (ESP: 8 header, 2 trailer), rfc4106 (AES-GCM), rfc3602
    (AES-CBC), rfc2404 (SHA1-96), rfc4868 (SHA2) and rfc3948 (NAT traversal).

    Examples
    --------
    >>> float(esp_inner_mtu(1500.0)), float(esp_inner_mtu(1500.0, 16.0, 16.0, 32.0))
    (1446.0, 1422.0)
    """
    room = mtu - outer_header - nat_traversal - 8.0 - initialization_vector - integrity_check
    return np.floor(room / alignment) * alignment - 2.0


def esp_goodput_fraction(
    mtu: Numeric,
    initialization_vector: Numeric = 8.0,
    alignment: Numeric = 4.0,
    integrity_check: Numeric = 16.0,
    nat_traversal: Numeric = 0.0,
    outer_header: Numeric = 20.0,
    inner_headers: Numeric = 52.0,
    framing: Numeric = 38.0,
) -> Numeric:
    """Part of the bytes on the wire that is payload of TCP inside an IPsec ESP tunnel, in full packets.

    Parameters
    ----------
    mtu, initialization_vector, alignment, integrity_check, nat_traversal, outer_header : numeric
        As in `esp_inner_mtu`. [B]
    inner_headers : numeric
        IP and TCP headers inside the tunnel: 52 for IPv4 with timestamps. [B]
    framing : numeric
        As in `tcp_goodput_fraction`. [B]

    Returns
    -------
    numeric
        Goodput fraction. [1]

    Notes
    -----
    Derived: the outer packet is as long as the padding makes it, which may be less than the MTU. Vendors may
    reserve more, and gateways may cap packets per second, which binds for small packets.

    Examples
    --------
    >>> round(float(esp_goodput_fraction(1500.0)), 3)
    0.906
    """
    inner = esp_inner_mtu(mtu, initialization_vector, alignment, integrity_check, nat_traversal, outer_header)
    outer = inner + 2.0 + 8.0 + initialization_vector + integrity_check + nat_traversal + outer_header
    return (inner - inner_headers) / (outer + framing)


def message_goodput_fraction(payload: Numeric, overhead: Numeric) -> Numeric:
    """Part of a message that is payload, for the layers above TCP; fractions of layers multiply.

    Parameters
    ----------
    payload : numeric
        Payload of one message or record, greater than 0. [B]
    overhead : numeric
        What the protocol adds to each. [B]

    Returns
    -------
    numeric
        Goodput fraction. [1]

    Notes
    -----
    Derived. TLS 1.3 adds 22 B to a record of at most 16 KiB (https://www.rfc-editor.org/rfc/rfc8446, header 5,
    type 1, tag 16).

    Examples
    --------
    >>> round(message_goodput_fraction(16384.0, 22.0), 4)
    0.9987
    """
    return payload / (payload + overhead)
