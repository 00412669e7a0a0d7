"""What a network path lets through: the payload part of the wire (`goodput`), one TCP stream, how many streams.

The rates of one stream are caps. A measured pilot is the estimate: formulas of this kind forecast well only where
the window is the limit and the transfer does not fill the path (He, Dovrolis and Ammar, SIGCOMM 2005).
"""

import numpy as np

from migplan.formulas import Numeric
from migplan.formulas.goodput import esp_goodput_fraction, tcp_goodput_fraction

__all__ = [
    "DELAYED_ACKNOWLEDGEMENT",
    "EVERY_ACKNOWLEDGEMENT",
    "LOSS_LIMIT",
    "cubic_rate",
    "esp_goodput_fraction",
    "reno_rate",
    "stream_rate",
    "tcp_goodput_fraction",
    "window_rate",
]

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
        Bytes in flight at most; infinite where the window grows as needed. [B]
    round_trip_time : numeric
        Not negative. [s]

    Returns
    -------
    numeric
        Rate; infinite where the round-trip time is 0. [B/s]

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
        Payload of one packet. [B]
    round_trip_time : numeric
        Not negative. [s]
    loss : numeric
        Probability that a packet is lost, below about `LOSS_LIMIT`, and not caused by the stream itself. [1]
    acknowledgement : numeric
        `DELAYED_ACKNOWLEDGEMENT` (0.87) or `EVERY_ACKNOWLEDGEMENT` (1.22). [1]

    Returns
    -------
    numeric
        Rate; infinite where the round-trip time or the loss is 0. [B/s]

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
        greater of the two, as `stream_rate` does. [B/s]

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
        Rate; infinite where the round-trip time is 0, the rate of the window where the loss is 0. [B/s]

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
