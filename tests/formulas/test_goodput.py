import numpy as np
import pytest

from migplan.formulas.network import (
    esp_goodput_fraction,
    esp_inner_mtu,
    message_goodput_fraction,
    tcp_goodput_fraction,
)

GCM = (8.0, 4.0, 16.0)
CBC_SHA1, CBC_SHA256, CBC_SHA384, CBC_SHA512 = ((16.0, 16.0, check) for check in (12.0, 16.0, 24.0, 32.0))


@pytest.mark.parametrize(
    ("ip_header", "options", "mtu", "printed"),
    [
        (20.0, 0.0, 1500.0, "0.949"),  # 1460 / 1538
        (20.0, 0.0, 8500.0, "0.991"),  # 8460 / 8538
        (20.0, 0.0, 9001.0, "0.991"),  # 8961 / 9039
        (20.0, 12.0, 1500.0, "0.9415"),  # 1448 / 1538
        (20.0, 12.0, 8500.0, "0.9895"),  # 8448 / 8538
        (20.0, 12.0, 9001.0, "0.990"),  # 8949 / 9039
        (40.0, 12.0, 1500.0, "0.9285"),  # 1428 / 1538
        (40.0, 12.0, 8500.0, "0.987"),  # 8428 / 8538
        (40.0, 12.0, 9001.0, "0.988"),  # 8929 / 9039
    ],
)
def test_tcp(ip_header, options, mtu, printed):
    digits = len(printed) - 2
    assert f"{tcp_goodput_fraction(mtu, ip_header, tcp_options=options):.{digits}f}" == printed


@pytest.mark.parametrize(
    ("suite", "nat_traversal", "inner"),
    [
        (GCM, 0.0, 1446),  # 1500 - 20 - 8 - 8 - 16 = 1448, a multiple of 4, less 2
        (GCM, 8.0, 1438),  # 1448 - 8 = 1440, less 2
        (CBC_SHA1, 0.0, 1438),  # 1500 - 20 - 8 - 16 - 12 = 1444, down to 1440, less 2
        (CBC_SHA256, 0.0, 1438),  # 1440, less 2
        (CBC_SHA384, 0.0, 1422),  # 1432, down to 1424, less 2
        (CBC_SHA512, 0.0, 1422),  # 1424, less 2
    ],
)
def test_esp_inner_mtu(suite, nat_traversal, inner):
    assert esp_inner_mtu(1500.0, *suite, nat_traversal) == inner


@pytest.mark.parametrize(
    ("suite", "nat_traversal", "mtu", "printed"),
    [
        (GCM, 0.0, 1500.0, "0.906"),  # (1446 - 52) / (1500 + 38)
        (GCM, 0.0, 8500.0, "0.983"),  # (8446 - 52) / (8500 + 38)
        (GCM, 8.0, 1500.0, "0.901"),  # (1438 - 52) / (1500 + 38)
        (GCM, 8.0, 8500.0, "0.982"),  # (8438 - 52) / (8500 + 38)
        # The packet is 4 B short of the MTU: 1386 / (1496 + 38) = 0.90352. Cut off instead of rounded: 0.903.
        (CBC_SHA1, 0.0, 1500.0, "0.904"),
        (CBC_SHA1, 0.0, 8500.0, "0.983"),  # (8430 - 52) / (8488 + 38)
        (CBC_SHA256, 0.0, 1500.0, "0.901"),  # 1386 / (1500 + 38)
        (CBC_SHA256, 0.0, 8500.0, "0.982"),  # 8378 / (8492 + 38)
        (CBC_SHA384, 0.0, 1500.0, "0.895"),  # (1422 - 52) / (1492 + 38)
        (CBC_SHA384, 0.0, 8500.0, "0.981"),  # 8378 / (8500 + 38)
        (CBC_SHA512, 0.0, 1500.0, "0.891"),  # 1370 / (1500 + 38)
        (CBC_SHA512, 0.0, 8500.0, "0.980"),  # (8414 - 52) / (8492 + 38)
    ],
)
def test_esp(suite, nat_traversal, mtu, printed):
    assert f"{esp_goodput_fraction(mtu, *suite, nat_traversal):.3f}" == printed


def test_a_packet_cap_of_a_gateway_binds_only_for_small_packets():
    # 140,000 packets/s of 1500 B through a tunnel carry 1386 B each: 1.55 Gb/s, above a bit cap of 1.25 Gb/s.
    payload = esp_goodput_fraction(1500.0, *CBC_SHA256) * (1500 + 38)
    assert round(140_000 * payload * 8 / 1e9, 2) == 1.55


@pytest.mark.parametrize(
    ("payload", "overhead", "printed"),
    [
        (16384.0, 22.0, "0.9987"),  # TLS 1.3: 16384 / 16406
        (65536.0, 116.0, "0.998"),  # SMB3 write of 64 KiB: 65536 / 65652
        (65536.0, 168.0, "0.997"),  # encrypted, 52 B more: 65536 / 65704
        (1048576.0, 116.0, "0.9999"),  # 1 MiB: 1048576 / 1048692
    ],
)
def test_layers_above_tcp(payload, overhead, printed):
    assert f"{message_goodput_fraction(payload, overhead):.{len(printed) - 2}f}" == printed


def test_the_tunnel_never_carries_more_than_the_open_path():
    mtu = np.arange(576.0, 9001.0)
    assert (esp_goodput_fraction(mtu) < tcp_goodput_fraction(mtu)).all()
    assert (np.diff(tcp_goodput_fraction(mtu)) > 0).all()
