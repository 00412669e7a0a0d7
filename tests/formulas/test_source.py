import math

from migplan.formulas.source import source_file_rate, source_rate


def test_the_array_or_its_operations_decide():
    # 2,000 reads of 256 kB are 512 MB/s, less 30 %: 358.4 MB/s; a slower array of 400 MB/s leaves 280 MB/s.
    assert round(source_rate(1e9, 2000.0, 256e3, 0.3) / 1e6, 1) == 358.4
    assert round(source_rate(4e8, 2000.0, 256e3, 0.3) / 1e6, 1) == 280.0
    assert source_rate(1e9, 2000.0, 256e3, 1.0) == 0


def test_small_files_from_one_spindle():
    # 150 reads/s, 3 to 6 a file.
    assert source_file_rate(150.0, 3.0) == 50
    assert source_file_rate(150.0, 6.0) == 25
    assert source_file_rate(150.0, 0.0) == math.inf
