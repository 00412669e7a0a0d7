"""What a network path lets through: the payload part of the wire (`goodput`), one TCP stream, how many streams.

The rates of one stream are caps. A measured pilot is the estimate: formulas of this kind forecast well only where
the window is the limit and the transfer does not fill the path (He, Dovrolis and Ammar, SIGCOMM 2005).
"""

import numpy as np

from migplan.formulas import Numeric

DELAYED_ACKNOWLEDGEMENT = float(np.sqrt(3 / 4))
"""Constant of Reno where the receiver acknowledges every second packet. [1]"""

EVERY_ACKNOWLEDGEMENT = float(np.sqrt(3 / 2))
"""Constant of Reno where the receiver acknowledges every packet. [1]"""

LOSS_LIMIT = 0.01
"""Loss up to which `reno_rate` holds, and with it `stream_rate`; beyond, time-outs come on top. [1]"""


def window_rate(window: Numeric, round_trip_time: Numeric) -> Numeric:
    """Most that one TCP stream sends when its window is the limit.

    Parameters
    ----------
    window : numeric
        Bytes in flight at most; infinite where the window grows as needed. [B], 0 to infinity
    round_trip_time : numeric
        [s], 0 or more

    Returns
    -------
    numeric
        Rate; infinite where the round-trip time is 0. [B/s], 0 to infinity

    Notes
    -----
    One window per round trip, without loss: https://wiki.geant.org/exportword?pageId=121340418

    Examples
    --------
    64 KiB over 40 ms:

    >>> float(window_rate(65536.0, 0.04))
    1638400.0
    """
    distant = np.asarray(round_trip_time) != 0
    return np.where(distant, window / np.where(distant, round_trip_time, 1.0), np.inf)[()]


def _loss_rate(segment: Numeric, round_trip_time: Numeric, loss: Numeric, window: Numeric) -> Numeric:
    """One mean window [segments] per round trip; infinite without loss and without distance. [B/s]."""
    limited = (np.asarray(round_trip_time) != 0) & (np.asarray(loss) != 0)
    return np.where(limited, window * segment / np.where(limited, round_trip_time, 1.0), np.inf)[()]


def reno_rate(
    segment: Numeric,
    round_trip_time: Numeric,
    loss: Numeric,
    acknowledgement: Numeric = DELAYED_ACKNOWLEDGEMENT,
) -> Numeric:
    """Most that one TCP Reno stream sends when packet loss is the limit.

    Parameters
    ----------
    segment : numeric
        Payload of one packet. [B], above 0
    round_trip_time : numeric
        [s], 0 or more
    loss : numeric
        Probability that a packet is lost, below about `LOSS_LIMIT`, and not caused by the stream itself.
        [1], 0 to 0.01
    acknowledgement : numeric
        `DELAYED_ACKNOWLEDGEMENT` (0.87) or `EVERY_ACKNOWLEDGEMENT` (1.22). [1], above 0

    Returns
    -------
    numeric
        Rate; infinite where the round-trip time or the loss is 0. [B/s], 0 to infinity

    Notes
    -----
    Mathis, Semke, Mahdavi and Ott 1997, https://doi.org/10.1145/263932.264023 . A saw tooth between w/2 and w,
    with b packets per acknowledgement, gives a mean window of sqrt(3 / (2 b p)).

    Examples
    --------
    1448 B over 80 ms with one packet in 10,000 lost is 12.5 Mb/s:

    >>> round(float(reno_rate(1448.0, 0.08, 1e-4)) * 8 / 1e6, 1)
    12.5
    """
    lossy = np.where(np.asarray(loss) != 0, loss, 1.0)
    return _loss_rate(segment, round_trip_time, loss, acknowledgement / np.sqrt(lossy))


def cubic_rate(segment: Numeric, round_trip_time: Numeric, loss: Numeric) -> Numeric:
    """Most that one TCP CUBIC stream sends when packet loss is the limit, in its cubic region.

    Parameters
    ----------
    segment, round_trip_time, loss : numeric
        As in `reno_rate`. [B], [s], [1]

    Returns
    -------
    numeric
        Rate; infinite where the round-trip time or the loss is 0. CUBIC never does worse than Reno: take the
        greater of the two, as `stream_rate` does. [B/s], 0 to infinity

    Notes
    -----
    https://www.rfc-editor.org/rfc/rfc9438 section 5: the mean window is (C (3 + beta) / (4 (1 - beta)))^(1/4)
    times (round_trip_time / loss)^(3/4), with C = 0.4 and beta = 0.7; that is 1.054 times.

    Examples
    --------
    1448 B over 40 ms with one packet in a million lost is 863 Mb/s:

    >>> round(float(cubic_rate(1448.0, 0.04, 1e-6)) * 8 / 1e6)
    863
    """
    lossy = np.where(np.asarray(loss) != 0, loss, 1.0)
    window = (0.4 * 3.7 / (4 * 0.3)) ** 0.25 * np.power(round_trip_time / lossy, 0.75)
    return _loss_rate(segment, round_trip_time, loss, window)


def stream_rate(window: Numeric, segment: Numeric, round_trip_time: Numeric, loss: Numeric) -> Numeric:
    """Most that one TCP CUBIC stream sends: the window or the loss, whichever is the narrower.

    Parameters
    ----------
    window, segment, round_trip_time, loss : numeric
        As in `window_rate` and `reno_rate`; beyond `LOSS_LIMIT` the result is a cap at best. [B], [B], [s], [1]

    Returns
    -------
    numeric
        Rate; infinite where the round-trip time is 0, the rate of the window where the loss is 0. [B/s], 0 to infinity

    Notes
    -----
    https://www.rfc-editor.org/rfc/rfc9438 section 4.3: CUBIC sends as Reno would (here with every packet
    acknowledged) where that is more.

    Examples
    --------
    A window of 1 MiB over 40 ms, without loss and with one packet in 10,000 lost, in Mb/s:

    >>> [round(float(stream_rate(1048576.0, 1448.0, 0.04, loss)) * 8 / 1e6) for loss in (0.0, 1e-4)]
    [210, 35]
    """
    cubic = cubic_rate(segment, round_trip_time, loss)
    reno = reno_rate(segment, round_trip_time, loss, EVERY_ACKNOWLEDGEMENT)
    return np.minimum(window_rate(window, round_trip_time), np.maximum(cubic, reno))


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
        Largest IP packet of the path, greater than the three headers together. [B], 576 to 65535
    ip_header : numeric
        20 for IPv4, 40 for IPv6. [B], 20 to 60
    tcp_header : numeric
        TCP header without options. [B], 20 to 60
    tcp_options : numeric
        12 with timestamps, which is usual; 0 without. [B], 0 to 40
    framing : numeric
        Ethernet: preamble 8, header 14, check sequence 4, gap 12; 4 more with a VLAN tag. [B], 0 or more

    Returns
    -------
    numeric
        Goodput fraction. [1], above 0 to 1

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
        Largest IP packet outside the tunnel. [B], 576 to 65535
    initialization_vector : numeric
        8 for AES-GCM, 16 for AES-CBC. [B], 0 to 16
    alignment : numeric
        Payload and trailer are padded to a multiple of it: 4 for AES-GCM, 16 for AES-CBC. [B], 1 to 16
    integrity_check : numeric
        16 for AES-GCM-16 and SHA2-256-128, 12 for SHA1-96, 24 for SHA2-384-192, 32 for SHA2-512-256. [B], 0 to 32
    nat_traversal : numeric
        8 where ESP travels in UDP, else 0. [B], 0 to 8
    outer_header : numeric
        20 for a tunnel over IPv4, 40 over IPv6. [B], 20 to 60

    Returns
    -------
    numeric
        MTU inside the tunnel. [B], 0 or more

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
        IP and TCP headers inside the tunnel: 52 for IPv4 with timestamps. [B], 40 to 160
    framing : numeric
        As in `tcp_goodput_fraction`. [B]

    Returns
    -------
    numeric
        Goodput fraction. [1], above 0 to 1

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
        Payload of one message or record. [B], above 0
    overhead : numeric
        What the protocol adds to each. [B], 0 or more

    Returns
    -------
    numeric
        Goodput fraction. [1], above 0 to 1

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
